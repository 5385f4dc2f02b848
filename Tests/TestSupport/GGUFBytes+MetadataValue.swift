import GGUF

extension GGUFBytes {
  /// Appends a key with a value of any type.
  public mutating func entry(_ key: String, _ value: MetadataValue) {
    switch value {
    case .uint8(let number): entry(key, type: 0, number)
    case .int8(let number): entry(key, type: 1, number)
    case .uint16(let number): entry(key, type: 2, number)
    case .int16(let number): entry(key, type: 3, number)
    case .uint32(let number): entry(key, type: 4, number)
    case .int32(let number): entry(key, type: 5, number)
    case .float32(let number): entry(key, type: 6, number)
    case .bool(let bool): entry(key, type: 7, UInt8(bool ? 1 : 0))
    case .string(let text): entry(key, text)
    case .array(let array): entry(key, array)
    case .uint64(let number): entry(key, type: 10, number)
    case .int64(let number): entry(key, type: 11, number)
    case .float64(let number): entry(key, type: 12, number)
    }
  }

  private mutating func entry(_ key: String, _ array: MetadataArray) {
    switch array {
    case .uint8(let values): numbers(key, type: 0, values)
    case .int8(let values): numbers(key, type: 1, values)
    case .uint16(let values): numbers(key, type: 2, values)
    case .int16(let values): numbers(key, type: 3, values)
    case .uint32(let values): numbers(key, type: 4, values)
    case .int32(let values): numbers(key, type: 5, values)
    case .float32(let values): numbers(key, type: 6, values)
    case .bool(let values): numbers(key, type: 7, values.map { UInt8($0 ? 1 : 0) })
    case .strings(let values):
      self.array(key, elementType: 8, count: UInt64(values.count))
      for value in values { string(value) }
    case .uint64(let values): numbers(key, type: 10, values)
    case .int64(let values): numbers(key, type: 11, values)
    case .float64(let values): numbers(key, type: 12, values)
    }
  }

  private mutating func numbers<Number: BitwiseCopyable>(_ key: String, type: UInt32, _ values: [Number]) {
    array(key, elementType: type, count: UInt64(values.count))
    for value in values { number(value) }
  }
}
