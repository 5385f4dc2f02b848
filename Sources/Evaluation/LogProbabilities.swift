import Glibc
import TensorTypes

/// ln softmax of a row of logits.
struct LogProbabilities {
  let logits: UnsafeBufferPointer<Float>
  /// The likeliest token, the first of equals.
  let top: Int
  /// ln Σ e^(logit - logits[top]).
  private let logSum: Double

  /// - Parameter logits: Shape `[vocabularyCount]`; alive as long as this value.
  init(_ logits: UnsafeBufferPointer<Float>) {
    self.logits = logits
    var top = 0
    for index in 1..<logits.count where logits[index] > logits[top] { top = index }
    let largest = logits[top]
    var sum = 0.0
    for logit in logits { sum += Double(expf(logit - largest)) }
    self.top = top
    logSum = log(sum)
  }

  /// −ln p of a token.
  func loss(of token: TokenID) -> Double { logSum - Double(logits[Int(token)] - logits[top]) }

  /// The Kullback–Leibler divergence Σ p · ln(p / q) of `other` (q) from this distribution (p), in nats; not negative.
  /// - Precondition: As many logits.
  func divergence(of other: LogProbabilities) -> Double {
    precondition(logits.count == other.logits.count)
    let (ours, theirs) = (logits[top], other.logits[other.top])
    var (sum, weighted) = (0.0, 0.0)
    for index in logits.indices {
      let (logP, logQ) = (logits[index] - ours, other.logits[index] - theirs)
      let p = Double(expf(logP))
      sum += p
      if p > 0 { weighted += p * (Double(logP) - Double(logQ)) }
    }
    return max(0, weighted / sum - logSum + other.logSum)
  }
}
