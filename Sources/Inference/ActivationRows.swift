import CKernelABI
import KernelDispatch
import Platform

/// Inputs of matrix products: floats, and the same as int8 blocks for quantized weights.
final class ActivationRows {
  let columnCount: Int
  /// Floats from one row to the next; the padding stays zero.
  let stride: Int
  /// Bytes from one quantized row to the next.
  let quantizedStride: Int
  private let floatMemory: AlignedBuffer
  private let quantizedMemory: AlignedBuffer
  private let quantize: (@convention(c) (UnsafePointer<Float>?, Int64, UnsafeMutableRawPointer?) -> Void)?

  /// - Parameter isQuantized: Whether any of the weights that read these rows takes int8 blocks.
  init(
    rowCount: Int, columnCount: Int, isQuantized: Bool, kernels: KernelLibrary, placement: MemoryPlacement
  ) {
    precondition(!isQuantized || columnCount.isMultiple(of: 32))
    self.columnCount = columnCount
    stride = paddedTo16(columnCount)
    quantizedStride = isQuantized ? Int(nacre_activation_bytes(Int64(columnCount))) : 0
    floatMemory = AlignedBuffer(of: Float.self, count: rowCount * stride, placement: placement)
    quantizedMemory = AlignedBuffer(byteCount: rowCount * quantizedStride, placement: placement)
    quantize = isQuantized ? kernels.table.quantize_activations : nil
  }

  var buffers: [AlignedBuffer] { [floatMemory, quantizedMemory] }

  func floats(_ row: Int) -> UnsafeMutablePointer<Float> {
    floatMemory.pointer(to: Float.self) + row * stride
  }

  /// Makes the int8 blocks of a row from its floats, if any weights need them.
  func quantizeRow(_ row: Int) {
    quantize?(floats(row), Int64(columnCount), quantizedMemory.start + row * quantizedStride)
  }

  /// Where a product with `matrix` reads its inputs, and the bytes between them.
  func input(for matrix: WeightMatrix) -> (start: UnsafeRawPointer, stride: Int) {
    matrix.takesQuantizedInput
      ? (UnsafeRawPointer(quantizedMemory.start), quantizedStride)
      : (UnsafeRawPointer(floatMemory.start), stride * MemoryLayout<Float>.stride)
  }
}

/// Results of matrix products: rows of floats, padded so that whole row groups can be written.
struct ResultRows {
  let stride: Int
  let memory: AlignedBuffer

  init(rowCount: Int, columnCount: Int, placement: MemoryPlacement) {
    stride = paddedTo16(columnCount)
    memory = AlignedBuffer(of: Float.self, count: rowCount * stride, placement: placement)
  }

  func row(_ index: Int) -> UnsafeMutablePointer<Float> { memory.pointer(to: Float.self) + index * stride }
}

func paddedTo16(_ count: Int) -> Int { (count + 15) / 16 * 16 }
