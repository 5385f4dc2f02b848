import Sampling
import TensorTypes

/// What is left of a target's distribution for a position after candidates for it were rejected.
///
/// Written anew for each position; reused for ever, so that a position costs no allocation.
public final class ResidualDistribution {
  // p, not normalized, by index in the target's distribution; the first `target.count` elements count.
  private var weights: [Double]
  private var total = 1.0
  private let target: TokenDistribution

  /// - Parameter target: Distribution of the target that starts each position: filled before `restart`.
  public init(target: TokenDistribution) {
    self.target = target
    weights = .init(repeating: 0, count: target.vocabularyCount)
  }

  /// Becomes the target's distribution as it is now.
  /// - Complexity: O(`target.count`).
  public func restart() {
    for index in 0..<target.count { weights[index] = target.probability(at: index) }
    total = 1
  }

  /// Probability of `token`.
  /// - Complexity: O(log `target.count`).
  public func probability(of token: TokenID) -> Double {
    target.index(of: token).map { weights[$0] / total } ?? 0
  }

  /// Becomes norm(max(0, p − q)): what is left when a token that was drawn from q is rejected.
  ///
  /// If nothing is left, which only rounding can do, the distribution stays as it is.
  /// - Parameter q: Probability of a token of the target's distribution; called twice for each.
  /// - Complexity: O(`target.count`).
  func subtract(_ q: (TokenID) -> Double) {
    let oldTotal = total
    var newTotal = 0.0
    for index in 0..<target.count {
      newTotal += max(0, weights[index] / oldTotal - q(target.token(at: index)))
    }
    guard newTotal > 0 else { return }
    for index in 0..<target.count {
      weights[index] = max(0, weights[index] / oldTotal - q(target.token(at: index)))
    }
    total = newTotal
  }

  /// The token at which the cumulated probability, in ascending order of token, first exceeds `u`; none of
  /// probability 0.
  /// - Parameter u: In `0..<1`.
  /// - Complexity: O(`target.count`).
  public func token(atQuantile u: Double) -> TokenID {
    var cumulated = 0.0
    var last = target.modeIndex
    for index in 0..<target.count where weights[index] > 0 {
      cumulated += weights[index]
      last = index
      if cumulated > u * total { break }
    }
    return target.token(at: last)
  }
}
