/// Strings with their escapes (RFC 8259, section 7).
extension JSONCursor {
  /// A string; the cursor is at its opening quote.
  mutating func string() throws(JSONProblem) -> String {
    let start = offset
    advance()
    while let byte = peek(), byte >= 0x20, byte != UInt8(ascii: "\\"), byte != UInt8(ascii: "\"") {
      advance()
    }
    let plain = bytes(from: start + 1)
    if take(UInt8(ascii: "\"")) { return try checked(plain, start) }
    return try stringWithEscapes(start: start, Array(plain))
  }

  private func checked(_ utf8: UnsafeRawBufferPointer, _ start: Int) throws(JSONProblem) -> String {
    guard let string = String(validating: utf8, as: UTF8.self) else { throw .notUTF8(offset: start) }
    return string
  }

  private mutating func stringWithEscapes(start: Int, _ prefix: [UInt8]) throws(JSONProblem) -> String {
    var utf8 = prefix
    while let byte = peek() {
      guard byte >= 0x20 else { throw .controlCharacter(offset: offset, byte) }
      if byte == UInt8(ascii: "\\") {
        utf8.append(contentsOf: String(try escape()).utf8)
        continue
      }
      advance()
      if byte == UInt8(ascii: "\"") {
        guard let string = String(validating: utf8, as: UTF8.self) else { throw .notUTF8(offset: start) }
        return string
      }
      utf8.append(byte)
    }
    throw unexpected("the end of a string")
  }

  /// An escape; `offset` is at its backslash.
  private mutating func escape() throws(JSONProblem) -> Unicode.Scalar {
    let start = offset
    advance()
    guard let letter = peek() else { throw unexpected("an escape") }
    advance()
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape(start)
    default: throw .invalidEscape(offset: start)
    }
  }

  private mutating func unicodeEscape(_ start: Int) throws(JSONProblem) -> Unicode.Scalar {
    let unit = try hexUnit(start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A surrogate: only the first half of a pair may stand here, and the second must follow.
    guard unit < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw .invalidEscape(offset: start)
    }
    let low = try hexUnit(start)
    guard (0xdc00...0xdfff).contains(low) else { throw .invalidEscape(offset: start) }
    let value = 0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(low) - 0xdc00)
    guard let scalar = Unicode.Scalar(value) else { throw .invalidEscape(offset: start) }
    return scalar
  }

  private mutating func hexUnit(_ start: Int) throws(JSONProblem) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw .invalidEscape(offset: start)
      }
      unit = unit << 4 | UInt16(digit)
      advance()
    }
    return unit
  }
}
