import Glibc

/// The weighted cross entropy of SpecDec++ (arXiv 2405.19715):
/// −Σ [w·(1 − a)·log(1 − p̂) + a·log p̂] / Σ [w·(1 − a) + a], with p̂ the softmax's part of "accepted".
struct AcceptanceLoss {
  /// w: how many times as much a rejection counts.
  let rejectionWeight: Float

  /// How much an example with label `a` counts.
  func weight(_ a: Float) -> Double { Double(rejectionWeight) * Double(1 - a) + Double(a) }

  /// The sum above for some rows, not divided by the weights, and its derivative by the logits, divided.
  /// - Parameters:
  ///   - logits: Shape `[labels.count, 2]`, rejected first.
  ///   - labels: a of each row, in 0...1.
  ///   - totalWeight: The divisor: the sum of the weights of the whole batch, of which these rows may be a part.
  ///   - deltas: Shape of the logits, overwritten.
  func sum(
    _ logits: UnsafePointer<Float>, labels: ArraySlice<Float>, totalWeight: Double,
    deltas: UnsafeMutablePointer<Float>
  ) -> Double {
    var sum = 0.0
    for (row, label) in labels.enumerated() {
      let margin = Double(logits[2 * row + 1]) - Double(logits[2 * row])
      let (accepted, rejected) = (Double(label), Double(rejectionWeight) * Double(1 - label))
      sum += rejected * Self.softplus(margin) + accepted * Self.softplus(-margin)
      let probability = Self.probability(margin: margin)
      let delta = Float((rejected * probability - accepted * (1 - probability)) / totalWeight)
      (deltas[2 * row], deltas[2 * row + 1]) = (-delta, delta)
    }
    return sum
  }

  /// p̂ from "accepted" minus "rejected".
  static func probability(margin: Double) -> Double { 1 / (1 + exp(-margin)) }

  /// log(1 + exp(x)), which is −log(1 − p̂) of a margin x.
  static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}
