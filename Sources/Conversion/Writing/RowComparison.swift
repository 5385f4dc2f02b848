import Platform
import Quantization
import TensorTypes

/// Compares a stored tensor with its source, in parallel; the sums are added in the order of the rows.
final class RowComparison: ParallelOperation {
  private static let chunkElements = 1 << 16

  private let source: SourceTensor
  private let stored: UnsafeRawBufferPointer
  private let sourceFormat: any BlockFormat.Type
  private let format: any BlockFormat.Type
  private let rowBytes: Int
  private let rowsPerChunk: Int
  private let errors: UnsafeMutableBufferPointer<RoundingError>

  let chunkCount: Int

  /// - Parameters:
  ///   - stored: The whole tensor, of `type`; alive as long as this object.
  init(_ source: SourceTensor, stored: UnsafeRawBufferPointer, type: ElementType) {
    guard let sourceFormat = BlockFormats.format(for: source.type),
      let format = BlockFormats.format(for: type)
    else { preconditionFailure("\(source.type) or \(type) cannot be read") }
    self.source = source
    self.stored = stored
    self.sourceFormat = sourceFormat
    self.format = format
    let columnCount = source.shape.columnCount
    rowBytes = columnCount / type.blockElementCount * type.blockByteCount
    rowsPerChunk = max(1, Self.chunkElements / columnCount)
    chunkCount = (source.shape.rowCount + rowsPerChunk - 1) / rowsPerChunk
    errors = .allocate(capacity: chunkCount)
    errors.initialize(repeating: RoundingError())
  }

  deinit { errors.deallocate() }

  func run(on team: ThreadTeam) -> RoundingError {
    team.run(self)
    return errors.reduce(into: RoundingError()) { $0.add($1) }
  }

  func runChunk(_ index: Int, thread: Int) {
    let first = index * rowsPerChunk
    let columnCount = source.shape.columnCount
    var error = RoundingError()
    source.withBytes { bytes in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * columnCount) { values in
        let expected = UnsafeMutableBufferPointer(rebasing: values[..<columnCount])
        let found = UnsafeMutableBufferPointer(rebasing: values[columnCount...])
        for row in first..<min(first + rowsPerChunk, source.shape.rowCount) {
          let start = source.rowOrder.source(of: row) * source.rowBytes
          sourceFormat.dequantize(
            UnsafeRawBufferPointer(rebasing: bytes[start..<start + source.rowBytes]), into: expected)
          format.dequantize(
            UnsafeRawBufferPointer(rebasing: stored[row * rowBytes..<(row + 1) * rowBytes]), into: found)
          error.add(UnsafeBufferPointer(expected), stored: UnsafeBufferPointer(found))
        }
      }
    }
    errors[index] = error
  }
}
