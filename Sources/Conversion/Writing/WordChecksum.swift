/// A quick checksum of bytes that come in pieces, against errors of disks and programs, not of adversaries.
struct WordChecksum: Equatable {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let wordEnd = bytes.count / 8 * 8
    for offset in stride(from: 0, to: wordEnd, by: 8) {
      add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    for byte in bytes[wordEnd...] { add(UInt64(byte)) }
  }

  private mutating func add(_ word: UInt64) {
    let mixed = (state ^ word) &* 0x9e37_79b9_7f4a_7c15
    state = mixed ^ mixed >> 29
  }
}
