/// A tensor as the header describes it: its size agrees with its type and shape, its place is not checked yet.
struct SafetensorsRecord {
  let name: String
  let type: SafetensorsType
  let shape: [Int]
  /// Bytes from the start of the data.
  let begin: Int
  let end: Int
}

/// The JSON object at the start of a safetensors file.
struct SafetensorsHeader {
  /// Free text about the file, which is not a tensor.
  private static let metadataKey = "__metadata__"
  private static let longestName = 1024
  private static let mostDimensions = 8

  private let object: JSONObject

  init(_ object: JSONObject) { self.object = object }

  func records() throws(ConversionProblem) -> [SafetensorsRecord] {
    var records: [SafetensorsRecord] = []
    records.reserveCapacity(object.keys.count)
    for (name, value) in zip(object.keys, object.values) where name != Self.metadataKey {
      guard !name.isEmpty, name.utf8.count <= Self.longestName else {
        let expected = "1...\(Self.longestName) bytes"
        throw .invalidField("a tensor's name", value: "\(name.utf8.count) bytes", expected: expected)
      }
      guard case .object(let fields) = value else {
        throw .wrongFieldType(name, expected: "object", found: value.kind)
      }
      records.append(try record(name, fields))
    }
    return records
  }

  private func record(_ name: String, _ fields: JSONObject) throws(ConversionProblem) -> SafetensorsRecord {
    guard let dtype = fields["dtype"] else { throw .missingField("\(name).dtype") }
    guard case .string(let typeName) = dtype else {
      throw .wrongFieldType("\(name).dtype", expected: "string", found: dtype.kind)
    }
    guard let type = SafetensorsType(rawValue: typeName) else {
      throw .unknownDtype(tensor: name, String(typeName.prefix(40)))
    }
    let shape = try integers(name, "shape", fields)
    guard shape.count <= Self.mostDimensions else {
      let expected = "at most \(Self.mostDimensions) dimensions"
      throw .invalidField("\(name).shape", value: "\(shape.count) dimensions", expected: expected)
    }
    let offsets = try integers(name, "data_offsets", fields)
    guard offsets.count == 2 else {
      throw .invalidField("\(name).data_offsets", value: "\(offsets.count) numbers", expected: "2 numbers")
    }
    guard offsets[0] <= offsets[1] else {
      throw .offsetsReversed(tensor: name, begin: offsets[0], end: offsets[1])
    }
    guard let byteCount = Self.byteCount(shape, type) else {
      throw .elementCountOverflow(tensor: name, shape: shape)
    }
    guard byteCount == offsets[1] - offsets[0] else {
      throw .wrongByteCount(tensor: name, expected: byteCount, found: offsets[1] - offsets[0])
    }
    return SafetensorsRecord(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  /// Integers from 0.
  private func integers(
    _ name: String, _ key: String, _ fields: JSONObject
  ) throws(ConversionProblem) -> [Int] {
    guard let value = fields[key] else { throw .missingField("\(name).\(key)") }
    guard case .array(let elements) = value else {
      throw .wrongFieldType("\(name).\(key)", expected: "array", found: value.kind)
    }
    var integers: [Int] = []
    for (index, element) in elements.enumerated() {
      guard case .number(let number) = element else {
        throw .wrongFieldType("\(name).\(key)[\(index)]", expected: "integer", found: element.kind)
      }
      guard let integer = number.integer, integer >= 0 else {
        throw .invalidField(
          "\(name).\(key)[\(index)]", value: String(number.text.prefix(40)),
          expected: "an integer in 0...\(Int.max)")
      }
      integers.append(integer)
    }
    return integers
  }

  private static func byteCount(_ shape: [Int], _ type: SafetensorsType) -> Int? {
    var count = type.byteCount
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }
}
