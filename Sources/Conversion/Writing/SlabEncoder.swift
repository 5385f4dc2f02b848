import KernelDispatch
import Platform
import Quantization
import TensorTypes

/// Encodes consecutive rows of one tensor in parallel. Rows are independent, so the bytes do not depend on the number
/// of threads.
final class SlabEncoder: ParallelOperation {
  /// Rows are written in slabs of about this size.
  static let slabBytes = 32 << 20
  private static let chunkElements = 1 << 15

  private let source: SourceTensor
  private let format: (any WritableBlockFormat.Type)?
  private let sourceFormat: any BlockFormat.Type
  /// Of each column of each matrix.
  private let importance: [Float]?
  private let rowBytes: Int
  private let rowsPerChunk: Int
  private let buffer: AlignedBuffer
  private let interleaver: RowInterleaver?
  private var rows: Range<Int> = 0..<0

  /// Rows of a slab, at least 1.
  let rowsPerSlab: Int

  private(set) var chunkCount = 0

  /// - Parameters:
  ///   - type: What the tensor becomes; writable, or the tensor's own type, which is copied.
  ///   - importance: How much errors count, for each column, of each of the tensor's matrices or of its only one; of
  ///     use to a `WeightedBlockFormat`.
  ///   - kernels: Interleave the rows (`TensorLayout.x16`); nil: rows stay rows.
  init(
    _ source: SourceTensor, as type: ElementType, importance: [Float]? = nil,
    interleavedBy kernels: KernelLibrary? = nil
  ) {
    guard let sourceFormat = BlockFormats.format(for: source.type) else {
      preconditionFailure("\(source.type) cannot be read")
    }
    let format = type == source.type ? nil : BlockFormats.writableFormat(for: type)
    precondition(format != nil || type == source.type, "\(type) cannot be written")
    self.source = source
    self.format = format
    self.sourceFormat = sourceFormat
    self.importance = importance
    let columnCount = source.shape.columnCount
    precondition(importance?.count.isMultiple(of: columnCount) ?? true, "importance of other columns")
    rowBytes = columnCount / type.blockElementCount * type.blockByteCount
    rowsPerChunk = max(1, Self.chunkElements / columnCount)
    let rowsPerSlab = Self.rowsPerSlab(source.shape, rowBytes: rowBytes)
    self.rowsPerSlab = rowsPerSlab
    buffer = AlignedBuffer(byteCount: rowsPerSlab * rowBytes)
    interleaver = kernels.map {
      RowInterleaver(KernelElement(type)!, kernels: $0, columnCount: columnCount, rowsPerSlab: rowsPerSlab)
    }
  }

  /// Rows of a slab of a tensor: whole groups of 16, so that neither its source nor its output is larger than a slab
  /// unless 16 rows are.
  static func rowsPerSlab(_ shape: Shape, rowBytes: Int) -> Int {
    min(max(1, slabBytes / max(rowBytes, 4 * shape.columnCount) / 16) * 16, shape.rowCount)
  }

  /// The bytes of `rows` in the new type and layout, valid until the next call.
  /// - Parameter rows: At most `rowsPerSlab` rows of the tensor.
  func encode(_ rows: Range<Int>, team: ThreadTeam) -> UnsafeRawBufferPointer {
    precondition(rows.count <= rowsPerSlab && rows.upperBound <= source.shape.rowCount, "rows out of range")
    self.rows = rows
    chunkCount = (rows.count + rowsPerChunk - 1) / rowsPerChunk
    team.run(self)
    let encoded = UnsafeRawBufferPointer(start: buffer.start, count: rows.count * rowBytes)
    return interleaver?.interleave(encoded, rowCount: rows.count, team: team) ?? encoded
  }

  func runChunk(_ index: Int, thread: Int) {
    let first = rows.lowerBound + index * rowsPerChunk
    source.withBytes { bytes in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: source.shape.columnCount) { values in
        for row in first..<min(first + rowsPerChunk, rows.upperBound) {
          let start = source.rowOrder.source(of: row) * source.rowBytes
          encode(
            row, UnsafeRawBufferPointer(rebasing: bytes[start..<start + source.rowBytes]), values: values,
            into: UnsafeMutableRawBufferPointer(
              start: buffer.start + (row - rows.lowerBound) * rowBytes, count: rowBytes))
        }
      }
    }
  }

  private func encode(
    _ row: Int, _ bytes: UnsafeRawBufferPointer, values: UnsafeMutableBufferPointer<Float>,
    into target: UnsafeMutableRawBufferPointer
  ) {
    guard let format else { return target.copyMemory(from: bytes) }
    sourceFormat.dequantize(bytes, into: values)
    if let importance, let format = format as? any WeightedBlockFormat.Type {
      let columnCount = source.shape.columnCount
      let matrix = row * (importance.count / columnCount) / source.shape.rowCount
      importance[matrix * columnCount..<(matrix + 1) * columnCount].withUnsafeBufferPointer {
        format.quantize(UnsafeBufferPointer(values), weights: $0, into: target)
      }
    } else {
      format.quantize(UnsafeBufferPointer(values), into: target)
    }
  }
}
