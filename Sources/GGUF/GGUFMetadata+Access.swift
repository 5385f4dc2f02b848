// Typed reads. Each returns nil when the key is missing and throws when its value is of another type.
extension GGUFMetadata {
  public func string(_ key: String) throws(GGUFError) -> String? {
    guard let value = self[key] else { return nil }
    guard case .string(let string) = value else { throw wrongType(key, "string", value) }
    return string
  }

  public func bool(_ key: String) throws(GGUFError) -> Bool? {
    guard let value = self[key] else { return nil }
    guard case .bool(let bool) = value else { throw wrongType(key, "bool", value) }
    return bool
  }

  /// Reads any integer type.
  /// - Throws: also when the number does not fit in `Int`.
  public func integer(_ key: String) throws(GGUFError) -> Int? {
    switch self[key] {
    case nil: return nil
    case .uint8(let number): return Int(number)
    case .int8(let number): return Int(number)
    case .uint16(let number): return Int(number)
    case .int16(let number): return Int(number)
    case .uint32(let number): return Int(number)
    case .int32(let number): return Int(number)
    case .int64(let number): return Int(number)
    case .uint64(let number): return try checked(key, number)
    case let value?: throw wrongType(key, "integer", value)
    }
  }

  /// Reads any integer or floating-point type.
  public func double(_ key: String) throws(GGUFError) -> Double? {
    switch self[key] {
    case nil: return nil
    case .float32(let number): return Double(number)
    case .float64(let number): return number
    case .uint64(let number): return Double(number)
    case .uint8, .int8, .uint16, .int16, .uint32, .int32, .int64: return try integer(key).map { Double($0) }
    case let value?: throw wrongType(key, "number", value)
    }
  }

  func checked(_ key: String, _ number: UInt64) throws(GGUFError) -> Int {
    guard let integer = Int(exactly: number) else {
      throw GGUFError(path: path, .integerTooLarge(key: key, number))
    }
    return integer
  }

  func wrongType(_ key: String, _ expected: String, _ value: MetadataValue) -> GGUFError {
    GGUFError(path: path, .wrongType(key: key, expected: expected, found: value.typeName))
  }
}
