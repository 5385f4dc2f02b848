/// The alphabet of byte-level BPE (GPT-2): every byte as one visible character.
///
/// `!`…`~`, `¡`…`¬` and `®`…`ÿ` stand for themselves; the other 68 bytes, in order, are U+0100 and up.
enum ByteLevelAlphabet {
  /// The character of each byte, as UTF-8.
  static let characters: [[UInt8]] = {
    var nextFree: UInt32 = 0x100
    return (0...255).map { byte -> [UInt8] in
      var value = UInt32(byte)
      if !isVisible(byte) {
        value = nextFree
        nextFree += 1
      }
      guard let scalar = Unicode.Scalar(value) else { return [] }
      return Array(String(scalar).utf8)
    }
  }()

  /// The byte of each character; characters are below U+0144.
  private static let bytes: [UInt8?] = {
    var bytes: [UInt8?] = Array(repeating: nil, count: 0x144)
    for (byte, character) in characters.enumerated() {
      guard let scalar = String(decoding: character, as: UTF8.self).unicodeScalars.first else { continue }
      bytes[Int(scalar.value)] = UInt8(byte)
    }
    return bytes
  }()

  private static func isVisible(_ byte: Int) -> Bool {
    (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
  }

  /// The bytes that `text` spells; a character outside the alphabet stands for its own UTF-8.
  static func bytes(spelledBy text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if scalar.value < 0x144, let byte = bytes[Int(scalar.value)] {
        result.append(byte)
      } else {
        result += Array(String(scalar).utf8)
      }
    }
    return result
  }
}
