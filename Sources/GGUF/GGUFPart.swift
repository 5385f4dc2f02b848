import Platform
import SystemPackage

/// One GGUF file, mapped and checked from the first byte to the last tensor. A split model has several.
struct GGUFPart: Sendable {
  let file: MappedFile
  let version: UInt32
  let metadata: GGUFMetadata
  let tensors: [TensorInfo]

  /// - Parameter index: The part's place in its model, from 0, for `TensorInfo.part`.
  /// - Complexity: O(metadata bytes + n log n) for n tensors; the tensors' data is not touched.
  init(path: FilePath, index: Int) throws(GGUFError) {
    do throws(MappedFileError) {
      file = try MappedFile(path: path)
    } catch {
      throw GGUFError(path: path, .unreadable(error))
    }
    do throws(GGUFProblem) {
      var reader = unsafe ByteReader(file.bytes)
      let header = try GGUFHeader(&reader)
      version = header.version
      metadata = try GGUFMetadata(path: path, count: header.metadataCount, &reader)
      let alignment = try metadata.alignment()
      let records = try Self.records(count: header.tensorCount, &reader)
      let dataStart = Self.align(reader.offset, to: alignment)
      tensors = try Self.place(records, from: dataStart, alignment: alignment, in: file, part: index)
      try Self.refuseOverlaps(tensors)
    } catch {
      throw GGUFError(path: path, error)
    }
  }

  /// - Precondition: `offset` is at most a file's size, so that the sum cannot overflow.
  static func align(_ offset: Int, to alignment: Int) -> Int {
    (offset + alignment - 1) & ~(alignment - 1)
  }

  private static func records(
    count: Int, _ reader: inout ByteReader
  ) throws(GGUFProblem) -> [TensorRecord] {
    try reader.check(UInt64(count), minimumBytes: TensorRecord.minimumBytes, .tensorCount)
    var records: [TensorRecord] = []
    records.reserveCapacity(count)
    var names = Set<String>(minimumCapacity: count)
    for index in 0..<count {
      let record = try TensorRecord(index: index, &reader)
      guard names.insert(record.name).inserted else { throw .duplicateTensor(record.name) }
      records.append(record)
    }
    return records
  }

  private static func place(
    _ records: [TensorRecord], from dataStart: Int, alignment: Int, in file: MappedFile, part: Int
  ) throws(GGUFProblem) -> [TensorInfo] {
    let available = max(0, file.byteCount - dataStart)
    var tensors: [TensorInfo] = []
    tensors.reserveCapacity(records.count)
    for record in records {
      guard record.offset.isMultiple(of: UInt64(alignment)) else {
        throw .misalignedOffset(tensor: record.name, offset: record.offset, alignment: alignment)
      }
      guard record.offset <= UInt64(available), record.byteCount <= available - Int(record.offset) else {
        throw .dataPastEnd(
          tensor: record.name, offset: record.offset, byteCount: record.byteCount, available: available)
      }
      tensors.append(
        TensorInfo(
          name: record.name, shape: record.shape, type: record.type, layout: record.layout,
          byteCount: record.byteCount, part: part, offset: dataStart + Int(record.offset)))
    }
    return tensors
  }

  private static func refuseOverlaps(_ tensors: [TensorInfo]) throws(GGUFProblem) {
    let order = tensors.indices.sorted { (tensors[$0].offset, $0) < (tensors[$1].offset, $1) }
    for (first, second) in zip(order, order.dropFirst()) {
      let (first, second) = (tensors[first], tensors[second])
      guard first.offset + first.byteCount <= second.offset else {
        throw .overlappingTensors(first.name, second.name, offset: second.offset)
      }
    }
  }
}
