/// Reads JSON (RFC 8259) strictly, from bytes that may lie: depth, size and number of values are limited.
struct JSONParser {
  struct Limits {
    var byteCount = 1 << 28
    var depth = 64
    var valueCount = 1 << 22
  }

  private let limits: Limits
  private var cursor: JSONCursor
  private var valueCount = 0

  /// The value that is all of `bytes`, but for whitespace around it.
  static func parse(_ bytes: UnsafeRawBufferPointer, limits: Limits = Limits()) throws(JSONProblem)
    -> JSONValue
  {
    guard bytes.count <= limits.byteCount else {
      throw .tooLarge(byteCount: bytes.count, limit: limits.byteCount)
    }
    var parser = JSONParser(cursor: JSONCursor(bytes), limits: limits)
    let value = try parser.value(depth: 0)
    parser.cursor.skipWhitespace()
    guard parser.cursor.peek() == nil else { throw parser.cursor.unexpected("the end") }
    return value
  }

  private init(cursor: JSONCursor, limits: Limits) {
    self.cursor = cursor
    self.limits = limits
  }

  private mutating func value(depth: Int) throws(JSONProblem) -> JSONValue {
    guard depth < limits.depth else { throw .tooDeep(offset: cursor.offset, limit: limits.depth) }
    valueCount += 1
    guard valueCount <= limits.valueCount else {
      throw .tooManyValues(offset: cursor.offset, limit: limits.valueCount)
    }
    cursor.skipWhitespace()
    switch cursor.peek() {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try cursor.string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"): return .number(try number())
    case let byte? where (0x30...0x39).contains(byte): return .number(try number())
    default: throw cursor.unexpected("a value")
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
    for index in 0..<word.utf8CodeUnitCount where !cursor.take(word.utf8Start[index]) {
      throw cursor.unexpected("\(word)")
    }
    return value
  }

  private mutating func array(depth: Int) throws(JSONProblem) -> [JSONValue] {
    cursor.advance()
    var values: [JSONValue] = []
    cursor.skipWhitespace()
    if cursor.take(UInt8(ascii: "]")) { return values }
    while true {
      values.append(try value(depth: depth + 1))
      cursor.skipWhitespace()
      if cursor.take(UInt8(ascii: "]")) { return values }
      guard cursor.take(UInt8(ascii: ",")) else { throw cursor.unexpected("',' or ']'") }
    }
  }

  private mutating func object(depth: Int) throws(JSONProblem) -> JSONObject {
    cursor.advance()
    var object = JSONObject()
    cursor.skipWhitespace()
    if cursor.take(UInt8(ascii: "}")) { return object }
    while true {
      cursor.skipWhitespace()
      let start = cursor.offset
      guard cursor.peek() == UInt8(ascii: "\"") else { throw cursor.unexpected("a key") }
      let key = try cursor.string()
      cursor.skipWhitespace()
      guard cursor.take(UInt8(ascii: ":")) else { throw cursor.unexpected("':'") }
      guard object.append(key, try value(depth: depth + 1)) else {
        throw .duplicateKey(offset: start, key)
      }
      cursor.skipWhitespace()
      if cursor.take(UInt8(ascii: "}")) { return object }
      guard cursor.take(UInt8(ascii: ",")) else { throw cursor.unexpected("',' or '}'") }
    }
  }

  private mutating func number() throws(JSONProblem) -> JSONNumber {
    let start = cursor.offset
    _ = cursor.take(UInt8(ascii: "-"))
    let leadingZero = cursor.peek() == UInt8(ascii: "0")
    let digits = cursor.skipDigits()
    var valid = digits > 0 && !(leadingZero && digits > 1)
    if cursor.take(UInt8(ascii: ".")) { valid = cursor.skipDigits() > 0 && valid }
    if cursor.take(UInt8(ascii: "e")) || cursor.take(UInt8(ascii: "E")) {
      if !cursor.take(UInt8(ascii: "+")) { _ = cursor.take(UInt8(ascii: "-")) }
      valid = cursor.skipDigits() > 0 && valid
    }
    guard valid, cursor.offset - start <= 400 else { throw .invalidNumber(offset: start) }
    return JSONNumber(text: String(decoding: cursor.bytes(from: start), as: UTF8.self))
  }
}
