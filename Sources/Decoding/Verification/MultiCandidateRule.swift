import Sampling
import TensorTypes

/// Several candidates for one position, judged by one row of the target (multi-candidate speculative decoding,
/// arXiv 2401.06706). Pure functions, but for the residual that they write.
///
/// Where nothing is pending (PEARL's pre-verify) further candidates cost the target no further row.
public enum MultiCandidateRule {
  public enum Verdict: Equatable, Sendable {
    /// The candidate at this index.
    case accepted(Int)
    /// None; this token takes the place.
    case replaced(TokenID)
  }

  /// For the coupled verifier: the candidate that is the target's own token is accepted.
  public static func judge(_ candidates: UnsafeBufferPointer<TokenID>, own: TokenID) -> Verdict {
    candidates.firstIndex(of: own).map { .accepted($0) } ?? .replaced(own)
  }

  /// For the rejection verifier: each candidate in turn is accepted with min(1, p/q), else p ← norm(max(0, p − q)) and q
  /// loses the candidate; if all are rejected, the token is drawn from what is left of p.
  /// - Parameters:
  ///   - candidates: No token twice.
  ///   - proposal: `.sampled(q)`: drawn from q one after the other by `candidate(from:without:u:)`; `.point`: chosen with
  ///     certainty, each.
  ///   - residual: Of the target's distribution for the position; written anew.
  ///   - acceptance: Uniform in `0..<1`, by index of the candidate; each an independent number.
  ///   - correction: The same, for the draw after the last candidate.
  /// - Complexity: O(`candidates.count` · `target.count` · log `q.count`); allocates nothing.
  public static func judge(
    _ candidates: UnsafeBufferPointer<TokenID>, proposedAs proposal: Proposal,
    against residual: ResidualDistribution, acceptance: (_ index: Int) -> Double, correction: Double
  ) -> Verdict {
    residual.restart()
    for (index, candidate) in candidates.enumerated() {
      let draft = RemainingDraft(proposal, candidates, at: index)
      let p = residual.probability(of: candidate)
      if RejectionRule.accepts(p: p, q: draft.probability(of: candidate), u: acceptance(index)) {
        return .accepted(index)
      }
      residual.subtract { draft.probability(of: $0) }
    }
    return .replaced(residual.token(atQuantile: correction))
  }

  /// The next candidate: a draw from q without the tokens that were drawn before.
  /// - Parameter u: Uniform in `0..<1`, independent of the draws before.
  /// - Returns: Nil when q has no other token.
  /// - Complexity: O(`q.count` · `drawn.count`).
  public static func candidate(
    from q: TokenDistribution, without drawn: UnsafeBufferPointer<TokenID>, u: Double
  ) -> TokenID? {
    let mass = RemainingDraft.mass(of: q, without: drawn)
    var cumulated = 0.0
    var last: TokenID?
    for index in 0..<q.count {
      let token = q.token(at: index)
      let probability = q.probability(at: index)
      guard probability > 0, !drawn.contains(token) else { continue }
      cumulated += probability
      last = token
      if cumulated > u * mass { break }
    }
    return last
  }
}

/// The distribution that a candidate was drawn from: q without the candidates before it, renormalized.
private struct RemainingDraft {
  private let proposal: Proposal
  private let candidates: UnsafeBufferPointer<TokenID>
  private let index: Int
  private let mass: Double

  init(_ proposal: Proposal, _ candidates: UnsafeBufferPointer<TokenID>, at index: Int) {
    (self.proposal, self.candidates, self.index) = (proposal, candidates, index)
    mass =
      switch proposal {
      case .point: 1
      case .sampled(let q): Self.mass(of: q, without: .init(rebasing: candidates[..<index]))
      }
  }

  func probability(of token: TokenID) -> Double {
    switch proposal {
    case .point: token == candidates[index] ? 1 : 0
    case .sampled(let q): candidates[..<index].contains(token) ? 0 : q.probability(of: token) / mass
    }
  }

  /// What is left of q's mass, summed up and not subtracted: little may be left.
  static func mass(of q: TokenDistribution, without drawn: UnsafeBufferPointer<TokenID>) -> Double {
    if drawn.isEmpty { return 1 }
    var mass = 0.0
    for index in 0..<q.count where !drawn.contains(q.token(at: index)) { mass += q.probability(at: index) }
    return mass
  }
}
