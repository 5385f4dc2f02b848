/// The shape of UTF-8: lengths and limits of a character's bytes (Unicode, table 3-7).
enum UTF8Sequence {
  /// The length of the sequence that starts with `lead`, in valid UTF-8.
  static func length(lead: UInt8) -> Int {
    switch lead {
    case ..<0x80: 1
    case ..<0xE0: 2
    case ..<0xF0: 3
    default: 4
    }
  }

  /// The number of bytes at the end of `bytes` that begin a character without completing it: 0 to 3.
  static func incompleteSuffixLength(of bytes: some BidirectionalCollection<UInt8>) -> Int {
    var length = 0
    for byte in bytes.reversed() {
      length += 1
      if length == 4 { return 0 }
      if byte & 0xC0 == 0x80 { continue }
      return isPrefix(bytes.suffix(length)) ? length : 0
    }
    return 0
  }

  /// Whether more bytes could complete `bytes` (1 to 3 of them) to one character.
  private static func isPrefix(_ bytes: some Collection<UInt8>) -> Bool {
    guard let lead = bytes.first, (0xC2...0xF4).contains(lead), bytes.count < length(lead: lead) else {
      return false
    }
    guard let second = bytes.dropFirst().first else { return true }
    switch lead {
    case 0xE0: return second >= 0xA0
    case 0xED: return second <= 0x9F
    case 0xF0: return second >= 0x90
    case 0xF4: return second <= 0x8F
    default: return true
    }
  }
}
