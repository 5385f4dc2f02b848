import CKernelABI
import GGUF
import KernelDispatch
import Platform
import Quantization
import TensorTypes

/// Compares a stored tensor with its source, slab by slab and in parallel; the sums are added in the order of the rows.
final class RowComparison: ParallelOperation {
  private static let chunkElements = 1 << 16

  private let source: SourceTensor
  private let file: GGUFFile
  private let tensor: TensorInfo
  private let stored: UnsafeRawBufferPointer
  private let sourceFormat: any BlockFormat.Type
  private let format: any BlockFormat.Type
  /// Bytes of one row, or of 16 where they are interleaved.
  private let stepBytes: Int
  private let stepRows: Int
  private let dequantizePacked: nacre_dequantize_packed?
  private let rowsPerChunk: Int
  private let rowsPerSlab: Int
  private let errors: UnsafeMutableBufferPointer<RoundingError>
  private var rows: Range<Int> = 0..<0

  private(set) var chunkCount = 0

  /// - Parameters:
  ///   - tensor: Of `file`, with the shape of the source.
  ///   - kernels: Needed for tensors in the x16 layout.
  init(_ source: SourceTensor, _ tensor: TensorInfo, of file: GGUFFile, kernels: KernelLibrary?) {
    guard let sourceFormat = BlockFormats.format(for: source.type),
      let format = BlockFormats.format(for: tensor.type)
    else { preconditionFailure("\(source.type) or \(tensor.type) cannot be read") }
    precondition(source.shape == tensor.shape, "\(tensor.name) has another shape than its source")
    self.source = source
    self.file = file
    self.tensor = tensor
    stored = file.bytes(of: tensor)
    self.sourceFormat = sourceFormat
    self.format = format
    let columnCount = source.shape.columnCount
    stepRows = tensor.layout == .rows ? 1 : 16
    stepBytes = tensor.byteCount / ((tensor.shape.rowCount + stepRows - 1) / stepRows)
    dequantizePacked = tensor.layout == .rows ? nil : kernels!.dequantizePacked(KernelElement(tensor.type)!)
    rowsPerChunk = max(1, Self.chunkElements / columnCount)
    rowsPerSlab = SlabEncoder.rowsPerSlab(
      source.shape, rowBytes: columnCount / tensor.type.blockElementCount * tensor.type.blockByteCount)
    errors = .allocate(capacity: (rowsPerSlab + rowsPerChunk - 1) / rowsPerChunk)
    errors.initialize(repeating: RoundingError())
  }

  deinit { errors.deallocate() }

  /// The rows that come next; nil after the last.
  var nextSlab: Range<Int>? {
    let start = rows.upperBound
    guard start < source.shape.rowCount else { return nil }
    return start..<min(start + rowsPerSlab, source.shape.rowCount)
  }

  /// Compares `rows`, which are `nextSlab`, and lets their pages go.
  /// - Parameters:
  ///   - checksum: Gets the stored bytes.
  ///   - error: Gets the differences.
  /// - Returns: The number of stored bytes.
  func compare(
    _ rows: Range<Int>, on team: ThreadTeam, _ checksum: inout WordChecksum, _ error: inout RoundingError
  ) -> Int {
    self.rows = rows
    let bytes =
      rows.lowerBound / stepRows * stepBytes..<(rows.upperBound + stepRows - 1) / stepRows * stepBytes
    checksum.update(UnsafeRawBufferPointer(rebasing: stored[bytes]))
    chunkCount = (rows.count + rowsPerChunk - 1) / rowsPerChunk
    team.run(self)
    for chunk in errors[..<chunkCount] { error.add(chunk) }
    source.advise(.dontNeed, rows)
    file.advise(.dontNeed, tensor, bytes)
    return bytes.count
  }

  func runChunk(_ index: Int, thread: Int) {
    let first = rows.lowerBound + index * rowsPerChunk
    let columnCount = source.shape.columnCount
    var error = RoundingError()
    source.withBytes { bytes in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * columnCount) { values in
        let expected = UnsafeMutableBufferPointer(rebasing: values[..<columnCount])
        let found = UnsafeMutableBufferPointer(rebasing: values[columnCount...])
        for row in first..<min(first + rowsPerChunk, rows.upperBound) {
          let start = source.rowOrder.source(of: row) * source.rowBytes
          sourceFormat.dequantize(
            UnsafeRawBufferPointer(rebasing: bytes[start..<start + source.rowBytes]), into: expected)
          decode(row, into: found)
          error.add(UnsafeBufferPointer(expected), stored: UnsafeBufferPointer(found))
        }
      }
    }
    errors[index] = error
  }

  private func decode(_ row: Int, into values: UnsafeMutableBufferPointer<Float>) {
    if let dequantizePacked {
      dequantizePacked(stored.baseAddress!, Int64(values.count), Int64(row), values.baseAddress!)
    } else {
      format.dequantize(
        UnsafeRawBufferPointer(rebasing: stored[row * stepBytes..<(row + 1) * stepBytes]), into: values)
    }
  }
}
