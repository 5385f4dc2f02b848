import CKernelABI

/// output = input / √(mean(input²) + ε) · weights (Zhang and Sennrich 2019, RMSNorm).
func rmsNorm(
  _ input: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ epsilon: Float, _ count: Int,
  _ output: UnsafeMutablePointer<Float>
) {
  var squares = Floats(repeating: 0)
  var index = 0
  while index + 16 <= count {
    let x = loadVector(input + index, as: Floats.self)
    squares = nacre_multiply_add(squares, x, x)
    index += 16
  }
  let rest = loadPartial(input + index, count: count - index, fill: 0)
  squares = nacre_multiply_add(squares, rest, rest)
  let scale = 1 / (horizontalSum(squares) / Float(count) + epsilon).squareRoot()
  index = 0
  while index + 16 <= count {
    let weight = loadVector(weights + index, as: Floats.self)
    storeVector(loadVector(input + index, as: Floats.self) * scale * weight, to: output + index)
    index += 16
  }
  let left = count - index
  if left > 0 {
    let weight = loadPartial(weights + index, count: left, fill: 0)
    storePartial(rest * scale * weight, count: left, to: output + index)
  }
}
