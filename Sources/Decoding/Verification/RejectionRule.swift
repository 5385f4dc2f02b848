import Sampling
import TensorTypes

/// The rule of speculative sampling (arXiv 2211.17192, 2302.01318): accept x with min(1, p(x)/q(x)), else replace it by
/// a draw from norm(max(0, p − q)). Pure functions; p and q are taken after all filters and penalties.
public enum RejectionRule {
  /// Probability q that the proposal method gave to the token that it proposed.
  public static func draftProbability(of token: TokenID, proposedAs proposal: Proposal) -> Double {
    switch proposal {
    case .point: 1
    case .sampled(let q): q.probability(of: token)
    }
  }

  /// Whether a token of target probability `p` and draft probability `q` is accepted.
  /// - Parameter u: Uniform in `0..<1`. A token with `p = 0` is refused for every `u`, 0 included.
  public static func accepts(p: Double, q: Double, u: Double) -> Bool {
    guard p > 0 else { return false }
    return p >= q || u * q < p
  }

  /// The token that replaces the rejected `token`: the residual distribution at quantile `u`, in ascending order.
  ///
  /// If the residual is zero everywhere, which only rounding can do, the target's distribution takes its place.
  /// - Complexity: O(`target.count`).
  public static func correction(
    of token: TokenID, proposedAs proposal: Proposal, target: TokenDistribution, u: Double
  ) -> TokenID {
    var total = 0.0
    forEachResidual(of: token, proposedAs: proposal, target: target) { _, weight in
      total += weight
      return true
    }
    guard total > 0 else { return target.token(atQuantile: u) }
    var cumulated = 0.0
    var correction = token
    forEachResidual(of: token, proposedAs: proposal, target: target) { candidate, weight in
      guard weight > 0 else { return true }
      correction = candidate
      cumulated += weight
      return cumulated <= u * total
    }
    return correction
  }

  /// Calls `body` with max(0, p − q) of each token of the target's support, in ascending order, until it says no.
  static func forEachResidual(
    of token: TokenID, proposedAs proposal: Proposal, target: TokenDistribution,
    _ body: (TokenID, Double) -> Bool
  ) {
    var cursor = 0
    for index in 0..<target.count {
      let candidate = target.token(at: index)
      var draftProbability = candidate == token ? 1.0 : 0
      if case .sampled(let q) = proposal {
        while cursor < q.count && q.token(at: cursor) < candidate { cursor += 1 }
        let isKept = cursor < q.count && q.token(at: cursor) == candidate
        draftProbability = isKept ? q.probability(at: cursor) : 0
      }
      guard body(candidate, max(0, target.probability(at: index) - draftProbability)) else { return }
    }
  }
}
