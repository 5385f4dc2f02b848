/// Reads JSON (RFC 8259) strictly, from bytes that may lie: depth, size and number of values are limited.
///
/// Whoever makes a parser keeps the bytes alive while it reads. `offset <= bytes.count` always, and `peek` is the only
/// way to a byte.
struct JSONParser {
  struct Limits {
    var byteCount = 1 << 28
    var depth = 64
    var valueCount = 1 << 22
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let limits: Limits
  private var offset = 0
  private var valueCount = 0

  /// The value that is all of `bytes`, but for whitespace around it.
  static func parse(_ bytes: UnsafeRawBufferPointer, limits: Limits = Limits()) throws(JSONProblem)
    -> JSONValue
  {
    guard bytes.count <= limits.byteCount else {
      throw .tooLarge(byteCount: bytes.count, limit: limits.byteCount)
    }
    var parser = JSONParser(bytes: bytes.assumingMemoryBound(to: UInt8.self), limits: limits)
    let value = try parser.value(depth: 0)
    parser.skipWhitespace()
    guard parser.peek() == nil else { throw parser.unexpected("the end") }
    return value
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, limits: Limits) {
    self.bytes = bytes
    self.limits = limits
  }

  private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func unexpected(_ expected: String) -> JSONProblem {
    .unexpected(offset: offset, found: peek(), expected: expected)
  }

  private mutating func skipWhitespace() {
    while let byte = peek(), byte == 0x20 || (0x09...0x0a).contains(byte) || byte == 0x0d { offset += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONProblem) -> JSONValue {
    guard depth < limits.depth else { throw .tooDeep(offset: offset, limit: limits.depth) }
    valueCount += 1
    guard valueCount <= limits.valueCount else {
      throw .tooManyValues(offset: offset, limit: limits.valueCount)
    }
    skipWhitespace()
    switch peek() {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"): return .number(try number())
    case let byte? where (0x30...0x39).contains(byte): return .number(try number())
    default: throw unexpected("a value")
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
    for index in 0..<word.utf8CodeUnitCount where !take(word.utf8Start[index]) { throw unexpected("\(word)") }
    return value
  }

  private mutating func array(depth: Int) throws(JSONProblem) -> [JSONValue] {
    offset += 1
    var values: [JSONValue] = []
    skipWhitespace()
    if take(UInt8(ascii: "]")) { return values }
    while true {
      values.append(try value(depth: depth + 1))
      skipWhitespace()
      if take(UInt8(ascii: "]")) { return values }
      guard take(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
    }
  }

  private mutating func object(depth: Int) throws(JSONProblem) -> JSONObject {
    offset += 1
    var object = JSONObject()
    skipWhitespace()
    if take(UInt8(ascii: "}")) { return object }
    while true {
      skipWhitespace()
      let start = offset
      guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key") }
      let key = try string()
      skipWhitespace()
      guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
      guard object.append(key, try value(depth: depth + 1)) else {
        throw .duplicateKey(offset: start, key)
      }
      skipWhitespace()
      if take(UInt8(ascii: "}")) { return object }
      guard take(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
    }
  }

  private mutating func number() throws(JSONProblem) -> JSONNumber {
    let start = offset
    _ = take(UInt8(ascii: "-"))
    let leadingZero = peek() == UInt8(ascii: "0")
    let digits = skipDigits()
    var valid = digits > 0 && !(leadingZero && digits > 1)
    if take(UInt8(ascii: ".")) { valid = skipDigits() > 0 && valid }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      valid = skipDigits() > 0 && valid
    }
    guard valid, offset - start <= 400 else { throw .invalidNumber(offset: start) }
    return JSONNumber(text: String(decoding: bytes[start..<offset], as: UTF8.self))
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while let byte = peek(), (0x30...0x39).contains(byte) { offset += 1 }
    return offset - start
  }

  /// A string; `offset` is at its opening quote.
  private mutating func string() throws(JSONProblem) -> String {
    let start = offset
    offset += 1
    while let byte = peek(), byte >= 0x20, byte != UInt8(ascii: "\\"), byte != UInt8(ascii: "\"") {
      offset += 1
    }
    if peek() == UInt8(ascii: "\"") {
      offset += 1
      return try checked(
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start + 1..<offset - 1])), start)
    }
    return try stringWithEscapes(start: start, Array(bytes[start + 1..<offset]))
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
      offset += 1
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
    offset += 1
    guard let letter = peek() else { throw unexpected("an escape") }
    offset += 1
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
      offset += 1
    }
    return unit
  }
}
