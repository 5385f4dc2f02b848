import TensorTypes

/// Where everything of a GGUF file goes, and the bytes before the tensors' data.
struct GGUFLayout {
  /// A reader takes any power of two; written files are not padded beyond this.
  static let largestAlignment = 1 << 16

  let alignment: Int
  let tensors: [TensorRecord]

  /// Header, metadata and tensor records, padded to where the data begins.
  let header: [UInt8]

  /// - Throws: what a reader of the file would.
  init(metadata: GGUFMetadata, tensors: [GGUFTensor]) throws(GGUFProblem) {
    alignment = try metadata.alignment()
    guard alignment <= Self.largestAlignment else { throw .invalidAlignment(UInt32(clamping: alignment)) }
    self.tensors = try Self.place(tensors, alignment: alignment)
    var bytes = ByteWriter()
    bytes.append(contentsOf: GGUFHeader.magic)
    bytes.append(UInt32(3))
    bytes.append(UInt64(tensors.count))
    bytes.append(UInt64(metadata.keys.count))
    for (index, (key, value)) in metadata.enumerated() {
      guard !key.isEmpty else { throw .emptyKey(index: index) }
      bytes.append(key)
      bytes.append(value)
    }
    for tensor in self.tensors { bytes.append(tensor) }
    bytes.appendZeros(GGUFPart.align(bytes.count, to: alignment) - bytes.count)
    header = bytes.bytes
  }

  /// Zero bytes between the end of a tensor's data and the next aligned offset.
  func padding(after index: Int) -> Int {
    GGUFPart.align(tensors[index].byteCount, to: alignment) - tensors[index].byteCount
  }

  private static func place(_ tensors: [GGUFTensor], alignment: Int) throws(GGUFProblem) -> [TensorRecord] {
    var records: [TensorRecord] = []
    var names = Set<String>(minimumCapacity: tensors.count)
    var end = 0
    for (index, tensor) in tensors.enumerated() {
      try check(tensor, index: index)
      guard names.insert(tensor.name).inserted else { throw .duplicateTensor(tensor.name) }
      let record = try TensorRecord(
        name: tensor.name, dimensions: tensor.dimensions, type: tensor.type, layout: tensor.layout,
        offset: UInt64(end))
      records.append(record)
      let (next, overflow) = end.addingReportingOverflow(record.byteCount)
      guard !overflow, next <= Int.max - alignment else {
        throw .byteCountOverflow(tensor: tensor.name, dimensions: tensor.dimensions)
      }
      end = GGUFPart.align(next, to: alignment)
    }
    return records
  }

  private static func check(_ tensor: GGUFTensor, index: Int) throws(GGUFProblem) {
    guard tensor.name.utf8.count <= TensorRecord.longestName else {
      throw .tensorNameTooLong(index: index, byteCount: UInt64(tensor.name.utf8.count))
    }
    guard tensor.dimensions.count <= TensorRecord.mostDimensions else {
      throw .tooManyDimensions(tensor: tensor.name, count: UInt32(clamping: tensor.dimensions.count))
    }
    if let index = tensor.dimensions.firstIndex(where: { $0 < 1 }) {
      throw .invalidDimension(tensor: tensor.name, index: index, size: Int64(tensor.dimensions[index]))
    }
  }
}
