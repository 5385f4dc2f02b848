import TestSupport

/// Damages the bytes of a valid file, mostly of JSON, in a few places.
struct FileMutator {
  private static let pieces = [
    "{", "}", "[", "]", "\"", "\\u", "\\ud800", "\\", ",", ":", "-1", "0", "1e9", "1e400",
    "9223372036854775807",
    "9223372036854775808", "F32", "null", "true", "{}", "[[", "\u{e9}", "\u{0}",
  ].map { Array($0.utf8) }

  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func damaged(_ valid: [UInt8]) -> [UInt8] {
    var bytes = valid
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty { damage(&bytes) }
    return bytes
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...9, using: &random))
    switch Int.random(in: 0..<9, using: &random) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random)!, at: place)
    case 3: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 4: bytes.insert(contentsOf: bytes[max(0, place - 20)..<place], at: place)
    case 5: bytes.removeSubrange(place...)
    default: replaceNumber(&bytes, near: place)
    }
  }

  /// Puts another number or word in the place of the first number after `place`.
  private mutating func replaceNumber(_ bytes: inout [UInt8], near place: Int) {
    guard let start = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else { return }
    let end = bytes[start...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Self.pieces.randomElement(using: &random)!)
  }
}
