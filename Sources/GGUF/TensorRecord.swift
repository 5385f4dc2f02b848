import TensorTypes

/// A tensor as the file describes it, its form checked, its place not yet.
struct TensorRecord {
  /// The least a record takes: the length of the name, the dimension count, the type, the offset.
  static let minimumBytes = 8 + 4 + 4 + 8
  static let longestName = 63
  static let mostDimensions: UInt32 = 4

  let name: String
  let shape: Shape
  let type: ElementType
  let layout: TensorLayout
  let byteCount: Int

  /// From the start of the data section.
  let offset: UInt64

  init(index: Int, _ reader: inout ByteReader) throws(GGUFProblem) {
    let name = try Self.name(index: index, &reader)
    let dimensions = try Self.dimensions(tensor: name, &reader)
    let (type, layout) = try Self.type(tensor: name, &reader)
    let offset = try reader.number(.offset(tensor: name), as: UInt64.self)
    try self.init(name: name, dimensions: dimensions, type: type, layout: layout, offset: offset)
  }

  init(
    name: String, dimensions: [Int], type: ElementType, layout: TensorLayout, offset: UInt64
  ) throws(GGUFProblem) {
    guard let shape = Shape(checking: dimensions) else {
      throw .elementCountOverflow(tensor: name, dimensions: dimensions)
    }
    guard shape.columnCount.isMultiple(of: type.blockElementCount) else {
      throw .partialBlock(
        tensor: name, columnCount: shape.columnCount, blockElementCount: type.blockElementCount)
    }
    guard layout == .rows || (type.x16BlockByteCount != nil && dimensions.count == 2) else {
      throw .notInterleavable(tensor: name, type: type.name, dimensions: dimensions)
    }
    guard let byteCount = layout.byteCount(of: type, shape) else {
      throw .byteCountOverflow(tensor: name, dimensions: dimensions)
    }
    self.name = name
    self.shape = shape
    self.type = type
    self.layout = layout
    self.byteCount = byteCount
    self.offset = offset
  }

  private static func name(index: Int, _ reader: inout ByteReader) throws(GGUFProblem) -> String {
    let field = GGUFField.tensorName(index: index)
    let byteCount = try reader.number(field, as: UInt64.self)
    guard byteCount <= longestName else { throw .tensorNameTooLong(index: index, byteCount: byteCount) }
    let utf8 = try unsafe reader.take(byteCount, field)
    guard let name = unsafe String(validating: utf8, as: UTF8.self) else { throw .notUTF8(field) }
    return name
  }

  private static func dimensions(
    tensor: String, _ reader: inout ByteReader
  ) throws(GGUFProblem) -> [Int] {
    let count = try reader.number(.dimensionCount(tensor: tensor), as: UInt32.self)
    guard count <= mostDimensions else { throw .tooManyDimensions(tensor: tensor, count: count) }
    var dimensions: [Int] = []
    for index in 0..<Int(count) {
      let size = try reader.number(.dimension(tensor: tensor, index: index), as: Int64.self)
      guard size >= 1 else { throw .invalidDimension(tensor: tensor, index: index, size: size) }
      dimensions.append(Int(size))
    }
    return dimensions
  }

  private static func type(
    tensor: String, _ reader: inout ByteReader
  ) throws(GGUFProblem) -> (ElementType, TensorLayout) {
    let id = try reader.number(.type(tensor: tensor), as: UInt32.self)
    if let type = ElementType(rawValue: id) { return (type, .rows) }
    if id >= TensorLayout.x16TypeOffset, let type = ElementType(rawValue: id - TensorLayout.x16TypeOffset) {
      return (type, .x16)
    }
    if let name = ElementType.removedName(id) { throw .removedType(tensor: tensor, id: id, name: name) }
    throw .unknownType(tensor: tensor, id: id)
  }
}
