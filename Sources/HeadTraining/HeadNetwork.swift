import AcceptanceHead
import Glibc
import Platform

/// The forward and backward pass of an acceptance head over many rows at once.
///
/// Used by one thread at a time, after `MatrixProducts.prepare`.
final class HeadNetwork {
  let shape: HeadShape
  /// Most rows of one pass.
  let rowCapacity: Int

  // Of `rowCapacity` rows each; the mapping lives as long as the object.
  private let memory: AlignedBuffer
  /// What goes into each block, and into the output layer, `[rows, hiddenSize]`.
  private let inputs: [UnsafeMutablePointer<Float>]
  /// W·x + b of each block, `[rows, hiddenSize]`.
  private let sums: [UnsafeMutablePointer<Float>]
  /// The loss's derivative by a block's output, and by its W·x + b.
  private let delta, sumDelta: UnsafeMutablePointer<Float>
  private let logits: UnsafeMutablePointer<Float>

  init(shape: HeadShape, rowCapacity: Int = 1024) {
    self.shape = shape
    self.rowCapacity = rowCapacity
    let plane = rowCapacity * shape.hiddenSize
    let blocks = shape.blockCount
    memory = AlignedBuffer(of: Float.self, count: (2 * blocks + 3) * plane + 2 * rowCapacity)
    let start = memory.pointer(to: Float.self)
    inputs = (0...blocks).map { start + $0 * plane }
    sums = (0..<blocks).map { start + (blocks + 1 + $0) * plane }
    delta = start + (2 * blocks + 1) * plane
    sumDelta = delta + plane
    logits = sumDelta + plane
  }

  /// Where the rows of the next pass go, `[rowCapacity, hiddenSize]`.
  var states: UnsafeMutablePointer<Float> { inputs[0] }

  /// The logits of "rejected" and "accepted" of the first `rowCount` rows of `states`, `[rowCount, 2]`; valid until the
  /// next pass.
  func forward(_ parameters: UnsafePointer<Float>, rowCount: Int) -> UnsafePointer<Float> {
    precondition(rowCount <= rowCapacity)
    let width = shape.hiddenSize
    for block in 0..<shape.blockCount {
      let (input, sum, output) = (inputs[block], sums[block], inputs[block + 1])
      fill(sum, rowCount, with: parameters + shape.blockBias(block).lowerBound, width)
      MatrixProducts.add(rows(input, rowCount), weight(parameters, block).transposed, to: sum)
      for index in 0..<rowCount * width { output[index] = input[index] + sum[index] * sigmoid(sum[index]) }
    }
    fill(logits, rowCount, with: parameters + shape.outputBias.lowerBound, 2)
    MatrixProducts.add(
      rows(inputs[shape.blockCount], rowCount), outputWeight(parameters).transposed, to: logits)
    return UnsafePointer(logits)
  }

  /// Adds the loss's derivative by every parameter, given that by the logits of the last `forward`, `[rowCount, 2]`.
  func backward(
    _ parameters: UnsafePointer<Float>, rowCount: Int, logitDeltas: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>
  ) {
    let width = shape.hiddenSize
    let output = MatrixProducts.Operand(values: logitDeltas, rowCount: rowCount, columnCount: 2)
    MatrixProducts.add(
      output.transposed, rows(inputs[shape.blockCount], rowCount),
      to: gradient + shape.outputWeight.lowerBound)
    addColumnSums(logitDeltas, rowCount, 2, to: gradient + shape.outputBias.lowerBound)
    MatrixProducts.set(delta, to: output, outputWeight(parameters))
    for block in (0..<shape.blockCount).reversed() {
      let sum = sums[block]
      for index in 0..<rowCount * width { sumDelta[index] = delta[index] * siluDerivative(sum[index]) }
      MatrixProducts.add(
        rows(sumDelta, rowCount).transposed, rows(inputs[block], rowCount),
        to: gradient + shape.blockWeight(block).lowerBound)
      addColumnSums(sumDelta, rowCount, width, to: gradient + shape.blockBias(block).lowerBound)
      // The block's input also reaches its output directly.
      MatrixProducts.add(rows(sumDelta, rowCount), weight(parameters, block), to: delta)
    }
  }

  private func rows(_ values: UnsafePointer<Float>, _ count: Int) -> MatrixProducts.Operand {
    MatrixProducts.Operand(values: values, rowCount: count, columnCount: shape.hiddenSize)
  }

  private func weight(_ parameters: UnsafePointer<Float>, _ block: Int) -> MatrixProducts.Operand {
    rows(parameters + shape.blockWeight(block).lowerBound, shape.hiddenSize)
  }

  private func outputWeight(_ parameters: UnsafePointer<Float>) -> MatrixProducts.Operand {
    rows(parameters + shape.outputWeight.lowerBound, 2)
  }

  private func fill(
    _ matrix: UnsafeMutablePointer<Float>, _ rowCount: Int, with row: UnsafePointer<Float>, _ width: Int
  ) {
    for index in 0..<rowCount { (matrix + index * width).update(from: row, count: width) }
  }

  private func addColumnSums(
    _ matrix: UnsafePointer<Float>, _ rowCount: Int, _ width: Int, to sums: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rowCount {
      for column in 0..<width { sums[column] += matrix[row * width + column] }
    }
  }
}

private func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }

/// The derivative of x · sigmoid(x).
private func siluDerivative(_ x: Float) -> Float {
  let gate = sigmoid(x)
  return gate * (1 + x * (1 - gate))
}
