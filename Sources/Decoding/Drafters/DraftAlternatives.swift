import Sampling
import TensorTypes

/// The best first tokens of a chain besides the one that was proposed.
///
/// Of fixed size: finding them allocates nothing.
struct DraftAlternatives {
  /// Most of them.
  static let largestCount = 3

  private var position = -1
  private var tokens: [TokenID] = []

  init() { tokens.reserveCapacity(Self.largestCount + 1) }

  subscript(rank: Int, at position: Int) -> TokenID? {
    // The first is what was proposed.
    position == self.position && rank + 1 < tokens.count ? tokens[rank + 1] : nil
  }

  mutating func removeAll() { position = -1 }

  /// - Parameters:
  ///   - count: At most `largestCount`.
  ///   - token: What was proposed at `position`.
  ///   - distribution: What it was chosen from; where that is a point, the largest of `logits` are taken.
  mutating func find(
    _ count: Int, besides token: TokenID, in distribution: TokenDistribution,
    logits: UnsafeBufferPointer<Float>,
    random: CounterRandom, position: Int
  ) {
    self.position = position
    tokens.removeAll(keepingCapacity: true)
    tokens.append(token)
    while tokens.count <= count {
      let next =
        distribution.count == 1
        ? largest(logits)
        : distribution.coupledToken(random: random, position: position, excluding: tokens)
      guard let next else { return }
      tokens.append(next)
    }
  }

  /// The token of the largest logit that is not there yet.
  private func largest(_ logits: UnsafeBufferPointer<Float>) -> TokenID? {
    var best: TokenID?
    var bestLogit = -Float.infinity
    for index in logits.indices where logits[index] > bestLogit {
      let token = TokenID(index)
      guard !tokens.contains(token) else { continue }
      (best, bestLogit) = (token, logits[index])
    }
    return best
  }
}
