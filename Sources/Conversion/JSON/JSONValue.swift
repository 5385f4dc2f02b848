/// A JSON value, kept as it was written: numbers as text, keys in their order.
enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The kind in words, for errors.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .number(let number): "number \(number.text)"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

/// A number with its digits, so that none is lost to rounding before somebody asks.
struct JSONNumber: Equatable, Sendable {
  let text: String

  /// The number, if it is written as an integer and fits.
  var integer: Int? { Int(text) }

  /// The nearest double; infinite beyond its range.
  var double: Double { Double(text) ?? .nan }
}

/// An object of JSON: keys in their order, all different.
struct JSONObject: Equatable, Sendable {
  private(set) var keys: [String] = []
  private(set) var values: [JSONValue] = []
  private var indices: [ExactString: Int] = [:]

  subscript(key: String) -> JSONValue? { indices[ExactString(key)].map { values[$0] } }

  /// Appends a key; returns false, and changes nothing, when it is there already.
  mutating func append(_ key: String, _ value: JSONValue) -> Bool {
    guard indices.updateValue(keys.count, forKey: ExactString(key)) == nil else { return false }
    keys.append(key)
    values.append(value)
    return true
  }
}

/// A string that equals another only if all bytes do: `String` also takes composed and decomposed letters as equal,
/// which are different tokens.
struct ExactString: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: ExactString, right: ExactString) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(0xff as UInt8)
  }
}
