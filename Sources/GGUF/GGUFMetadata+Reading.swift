import SystemPackage

extension GGUFMetadata {
  /// The least a key takes: its length, one byte of name, the type, one byte of value.
  static let minimumEntryBytes = 8 + 1 + 4 + 1

  init(path: FilePath, count: Int, _ reader: inout ByteReader) throws(GGUFProblem) {
    self.init(path: path)
    reserveCapacity(count)
    for index in 0..<count {
      let key = try reader.string(.key(index: index))
      guard !key.isEmpty else { throw .emptyKey(index: index) }
      let value = try MetadataValue(key: key, &reader)
      guard append(key, value) else { throw .duplicateKey(key) }
    }
  }

  /// The alignment of tensor data in bytes, a power of two: `general.alignment`, or 32.
  func alignment() throws(GGUFProblem) -> Int {
    let key = "general.alignment"
    guard let value = self[key] else { return 32 }
    guard case .uint32(let alignment) = value else {
      throw .wrongType(key: key, expected: "uint32", found: value.typeName)
    }
    guard alignment.nonzeroBitCount == 1 else { throw .invalidAlignment(alignment) }
    return Int(alignment)
  }
}

extension MetadataValue {
  fileprivate init(key: String, _ reader: inout ByteReader) throws(GGUFProblem) {
    let field = GGUFField.value(key: key)
    switch try MetadataType(key: key, &reader) {
    case .uint8: self = .uint8(try reader.number(field))
    case .int8: self = .int8(try reader.number(field))
    case .uint16: self = .uint16(try reader.number(field))
    case .int16: self = .int16(try reader.number(field))
    case .uint32: self = .uint32(try reader.number(field))
    case .int32: self = .int32(try reader.number(field))
    case .uint64: self = .uint64(try reader.number(field))
    case .int64: self = .int64(try reader.number(field))
    case .float32: self = .float32(try reader.number(field))
    case .float64: self = .float64(try reader.number(field))
    case .bool: self = .bool(try reader.number(field, as: UInt8.self) != 0)
    case .string: self = .string(try reader.string(field))
    case .array: self = .array(try MetadataArray(key: key, &reader))
    }
  }
}

extension MetadataArray {
  fileprivate init(key: String, _ reader: inout ByteReader) throws(GGUFProblem) {
    let elementType = try MetadataType(key: key, &reader)
    guard elementType != .array else { throw .nestedArray(key: key) }
    let count = try reader.number(.arrayCount(key: key), as: UInt64.self)
    let field = GGUFField.value(key: key)
    switch elementType {
    case .uint8: self = .uint8(try reader.numbers(field, count: count))
    case .int8: self = .int8(try reader.numbers(field, count: count))
    case .uint16: self = .uint16(try reader.numbers(field, count: count))
    case .int16: self = .int16(try reader.numbers(field, count: count))
    case .uint32: self = .uint32(try reader.numbers(field, count: count))
    case .int32: self = .int32(try reader.numbers(field, count: count))
    case .uint64: self = .uint64(try reader.numbers(field, count: count))
    case .int64: self = .int64(try reader.numbers(field, count: count))
    case .float32: self = .float32(try reader.numbers(field, count: count))
    case .float64: self = .float64(try reader.numbers(field, count: count))
    case .bool: self = .bool(try reader.numbers(field, count: count, as: UInt8.self).map { $0 != 0 })
    case .string, .array: self = .strings(try Self.strings(key: key, count: count, &reader))
    }
  }

  private static func strings(
    key: String, count: UInt64, _ reader: inout ByteReader
  ) throws(GGUFProblem) -> [String] {
    try reader.check(count, minimumBytes: 8, .arrayCount(key: key))
    var strings: [String] = []
    strings.reserveCapacity(Int(count))
    for index in 0..<Int(count) {
      strings.append(try reader.string(.element(key: key, index: index)))
    }
    return strings
  }
}

extension MetadataType {
  fileprivate init(key: String, _ reader: inout ByteReader) throws(GGUFProblem) {
    let id = try reader.number(.valueType(key: key), as: UInt32.self)
    guard let type = MetadataType(rawValue: id) else { throw .unknownValueType(key: key, id: id) }
    self = type
  }
}
