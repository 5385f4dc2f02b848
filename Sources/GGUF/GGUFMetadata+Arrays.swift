// Typed reads of arrays. An empty array fits every element type: writers do not agree on the type of nothing.
extension GGUFMetadata {
  public func strings(_ key: String) throws(GGUFError) -> [String]? {
    guard let array = try array(key, "array of string") else { return nil }
    if case .strings(let values) = array { return values }
    return try empty(key, array, "array of string")
  }

  /// Reads an array of any integer type: published files disagree on the type of `token_type`, for one.
  /// - Throws: also when a number does not fit in `Int`.
  public func integers(_ key: String) throws(GGUFError) -> [Int]? {
    guard let array = try array(key, "array of integer") else { return nil }
    switch array {
    case .uint8(let values): return values.map { Int($0) }
    case .int8(let values): return values.map { Int($0) }
    case .uint16(let values): return values.map { Int($0) }
    case .int16(let values): return values.map { Int($0) }
    case .uint32(let values): return values.map { Int($0) }
    case .int32(let values): return values.map { Int($0) }
    case .int64(let values): return values.map { Int($0) }
    case .uint64(let values):
      var integers: [Int] = []
      integers.reserveCapacity(values.count)
      for value in values { integers.append(try checked(key, value)) }
      return integers
    case .float32, .float64, .bool, .strings: return try empty(key, array, "array of integer")
    }
  }

  /// Reads an array of any number type, rounded to `Float`.
  public func floats(_ key: String) throws(GGUFError) -> [Float]? {
    guard let array = try array(key, "array of number") else { return nil }
    switch array {
    case .uint8(let values): return values.map { Float($0) }
    case .int8(let values): return values.map { Float($0) }
    case .uint16(let values): return values.map { Float($0) }
    case .int16(let values): return values.map { Float($0) }
    case .uint32(let values): return values.map { Float($0) }
    case .int32(let values): return values.map { Float($0) }
    case .uint64(let values): return values.map { Float($0) }
    case .int64(let values): return values.map { Float($0) }
    case .float32(let values): return values
    case .float64(let values): return values.map { Float($0) }
    case .bool, .strings: return try empty(key, array, "array of number")
    }
  }

  private func array(_ key: String, _ expected: String) throws(GGUFError) -> MetadataArray? {
    guard let value = self[key] else { return nil }
    guard case .array(let array) = value else { throw wrongType(key, expected, value) }
    return array
  }

  private func empty<Element>(
    _ key: String, _ array: MetadataArray, _ expected: String
  ) throws(GGUFError) -> [Element] {
    guard array.count == 0 else { throw wrongType(key, expected, .array(array)) }
    return []
  }
}
