import Foundation

/// FNV-1a (Fowler, Noll, Vo) of 64 bits, as hexadecimal digits: tells things apart, no more.
struct Fingerprint {
  private var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// Adds a text and its end.
  mutating func add(_ text: String) { add(text.utf8.map(\.self) + [0xff]) }

  var text: String { String(format: "%016lx", value) }
}
