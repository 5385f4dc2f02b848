import CKernelABI
import KernelDispatch
import Platform

/// One or more matrices times the same inputs, as one parallel operation.
final class MatrixProduct: ParallelOperation {
  private struct Part {
    let matrix: PackedMatrix
    let multiply: nacre_multiply
    let input: UnsafeRawPointer
    let inputStride: Int
    let output: UnsafeMutablePointer<Float>
    let outputStride: Int
    /// Index of the part's first row group among those of all parts.
    let firstGroup: Int
  }

  private let kernels: KernelLibrary
  private let threadCount: Int
  private var parts: [Part] = []
  private var groupCount = 0
  private var byteCount = 0
  private var inputCount = 0

  /// Chunks below this size cost more to hand out than to do.
  private static let smallestChunkBytes = 16384
  /// More chunks than threads even out cores of different speed.
  private static let chunksPerThread = 4

  init(kernels: KernelLibrary, threadCount: Int) {
    self.kernels = kernels
    self.threadCount = threadCount
    parts.reserveCapacity(3)
  }

  /// Begins a new product with `inputCount` rows.
  func begin(inputCount: Int) {
    parts.removeAll(keepingCapacity: true)
    groupCount = 0
    byteCount = 0
    self.inputCount = inputCount
  }

  /// Adds `output[i] = matrix · input[firstInput + i]`.
  func add(
    _ matrix: PackedMatrix, _ rows: ActivationRows, firstInput: Int = 0,
    to output: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    let input = rows.input(for: matrix)
    parts.append(
      Part(
        matrix: matrix, multiply: kernels.multiply(matrix.element),
        input: input.start + firstInput * input.stride, inputStride: input.stride, output: output,
        outputStride: stride, firstGroup: groupCount))
    groupCount += matrix.groupCount
    byteCount += matrix.groupCount * matrix.groupBytes
  }

  var chunkCount: Int {
    if threadCount == 1 { return 1 }
    let worthwhile = byteCount * max(1, inputCount / 4) / Self.smallestChunkBytes
    return max(1, min(threadCount * Self.chunksPerThread, worthwhile, groupCount))
  }

  func runChunk(_ index: Int, thread: Int) {
    let chunkCount = chunkCount
    let first = groupCount * index / chunkCount
    let end = groupCount * (index + 1) / chunkCount
    for part in parts {
      let begin = max(first - part.firstGroup, 0)
      let end = min(end - part.firstGroup, part.matrix.groupCount)
      guard begin < end else { continue }
      part.multiply(
        part.matrix.start, Int64(part.matrix.columnCount), Int64(begin), Int64(end), part.input,
        Int64(part.inputStride), Int64(inputCount), part.output, Int64(part.outputStride))
    }
  }
}
