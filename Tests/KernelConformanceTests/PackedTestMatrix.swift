import CKernelABI
import Inference
import KernelDispatch
import Platform
import Quantization
import TestSupport

/// A matrix: its packed form, and its values as the oracle decodes them.
struct PackedTestMatrix {
  let rowCount: Int
  let columnCount: Int
  let kernels: KernelLibrary
  let matrix: PackedMatrix
  /// Decoded weights, row after row.
  let values: [Float]
  private let memory: AlignedBuffer

  /// Random weights.
  init(_ element: KernelElement, rows: Int, columns: Int, kernels: KernelLibrary, seed: UInt64 = 1) {
    var numbers = SeededGenerator(seed: seed)
    self.init(element, (0..<rows).map { _ in numbers.floats(columns, spread: 0.5) }, kernels: kernels)
  }

  /// - Parameter weights: Rows of one length, to be quantized.
  init(_ element: KernelElement, _ weights: [[Float]], kernels: KernelLibrary) {
    let (rows, columns) = (weights.count, weights[0].count)
    rowCount = rows
    columnCount = columns
    self.kernels = kernels
    let format = BlockFormats.writableFormat(for: element.elementType)!
    let rowBytes = weights.map { format.quantize($0) }
    values = rowBytes.flatMap { format.dequantize($0) }
    let groupBytes = element.groupBytes(columnCount: columns)
    memory = AlignedBuffer(byteCount: (rows + 15) / 16 * groupBytes + 8192)
    matrix = PackedMatrix(element: element, rowCount: rows, columnCount: columns, start: memory.start)
    kernels.pack(element)(
      rowBytes.flatMap { $0 }, Int64(rows), Int64(columns), 0, Int64(matrix.groupCount), memory.start)
  }

  /// The kernel's results for `inputs`, [input][row], computed in the given pieces of row groups.
  func product(_ inputs: [[Float]], groupsPerCall: Int = .max) -> [[Float]] {
    let isQuantized = matrix.takesQuantizedInput
    let stride = isQuantized ? Int(nacre_activation_bytes(Int64(columnCount))) : (columnCount + 15) / 16 * 64
    let input = AlignedBuffer(byteCount: inputs.count * stride)
    for (index, values) in inputs.enumerated() {
      if isQuantized {
        kernels.table.quantize_activations(values, Int64(columnCount), input.start + index * stride)
      } else {
        values.withUnsafeBytes {
          (input.start + index * stride).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
        }
      }
    }
    let outputStride = matrix.groupCount * 16
    let output = AlignedBuffer(of: Float.self, count: inputs.count * outputStride)
    var group = 0
    while group < matrix.groupCount {
      let end = min(matrix.groupCount, group + min(groupsPerCall, matrix.groupCount))
      kernels.multiply(matrix.element)(
        matrix.start, Int64(columnCount), Int64(group), Int64(end), input.start, Int64(stride),
        Int64(inputs.count), output.pointer(to: Float.self), Int64(outputStride))
      group = end
    }
    return inputs.indices.map { index in
      (0..<rowCount).map { output.pointer(to: Float.self)[index * outputStride + $0] }
    }
  }

  /// The oracle's results in double precision, with what each one's rounding error may be compared to.
  func expected(_ input: [Float]) -> [(value: Double, magnitude: Double)] {
    let inputs = matrix.takesQuantizedInput ? ActivationRow(input).values : input
    return (0..<rowCount).map { row in
      var (sum, magnitude) = (0.0, 0.0)
      for column in 0..<columnCount {
        let term = Double(values[row * columnCount + column]) * Double(inputs[column])
        sum += term
        magnitude += term.magnitude
      }
      return (sum, magnitude)
    }
  }
}
