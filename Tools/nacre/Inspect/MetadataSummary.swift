import GGUF

/// A metadata value for `nacre inspect`: long arrays keep their first elements and their count.
struct MetadataSummary: Encodable {
  static let shownElementCount = 8

  let type: String
  let value: Content
  /// Number of elements; arrays only.
  let count: Int?

  enum Content: Encodable, Equatable {
    case integer(Int64)
    case unsigned(UInt64)
    case single(Float)
    case double(Double)
    case bool(Bool)
    case string(String)
    case array([Content])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .integer(let value): try container.encode(value)
      case .unsigned(let value): try container.encode(value)
      case .single(let value): try container.encode(value)
      case .double(let value): try container.encode(value)
      case .bool(let value): try container.encode(value)
      case .string(let value): try container.encode(value)
      case .array(let values): try container.encode(values)
      }
    }
  }

  init(_ value: MetadataValue) {
    type = value.typeName
    self.value = Content(value)
    count = if case .array(let array) = value { array.count } else { nil }
  }
}

extension MetadataSummary.Content {
  fileprivate init(_ value: MetadataValue) {
    self =
      switch value {
      case .uint8(let number): .unsigned(UInt64(number))
      case .int8(let number): .integer(Int64(number))
      case .uint16(let number): .unsigned(UInt64(number))
      case .int16(let number): .integer(Int64(number))
      case .uint32(let number): .unsigned(UInt64(number))
      case .int32(let number): .integer(Int64(number))
      case .uint64(let number): .unsigned(number)
      case .int64(let number): .integer(number)
      case .float32(let number): .single(number)
      case .float64(let number): .double(number)
      case .bool(let bool): .bool(bool)
      case .string(let string): .string(string)
      case .array(let array): .array(Self.elements(array))
      }
  }

  private static func elements(_ array: MetadataArray) -> [Self] {
    func first<Element>(_ values: [Element], _ content: (Element) -> Self) -> [Self] {
      values.prefix(MetadataSummary.shownElementCount).map(content)
    }
    return switch array {
    case .uint8(let values): first(values) { .unsigned(UInt64($0)) }
    case .int8(let values): first(values) { .integer(Int64($0)) }
    case .uint16(let values): first(values) { .unsigned(UInt64($0)) }
    case .int16(let values): first(values) { .integer(Int64($0)) }
    case .uint32(let values): first(values) { .unsigned(UInt64($0)) }
    case .int32(let values): first(values) { .integer(Int64($0)) }
    case .uint64(let values): first(values) { .unsigned($0) }
    case .int64(let values): first(values) { .integer($0) }
    case .float32(let values): first(values) { .single($0) }
    case .float64(let values): first(values) { .double($0) }
    case .bool(let values): first(values) { .bool($0) }
    case .strings(let values): first(values) { .string($0) }
    }
  }
}
