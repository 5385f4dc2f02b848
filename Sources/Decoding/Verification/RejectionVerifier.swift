import Sampling
import TensorTypes

/// Judges by the papers' rule, `RejectionRule`: the output has the target's distribution, but is not the text that the
/// target alone gives with the same seed.
///
/// Draws are keyed by position and purpose, and a position is judged once, so no number is used for two decisions.
public final class RejectionVerifier: Verifier {
  private let sampler: TargetSampler

  public init(sampling: SamplingParameters, vocabularyCount: Int) {
    sampler = TargetSampler(sampling, vocabularyCount: vocabularyCount)
  }

  public var proposalMethod: ProposalMethod { .sampled }

  public func choose(_ row: TargetRow) -> TokenID {
    let u = sampler.random.uniform(position: row.position, purpose: .target)
    return sampler.distribution(of: row).token(atQuantile: u)
  }

  public func judge(_ token: TokenID, proposedAs proposal: Proposal, against row: TargetRow) -> Verdict {
    let distribution = sampler.distribution(of: row)
    let p = distribution.probability(of: token)
    let q = RejectionRule.draftProbability(of: token, proposedAs: proposal)
    let u = sampler.random.uniform(position: row.position, purpose: .acceptance)
    if RejectionRule.accepts(p: p, q: q, u: u) { return .accepted }
    return .rejected(
      correction: RejectionRule.correction(
        of: token, proposedAs: proposal, target: distribution,
        u: sampler.random.uniform(position: row.position, purpose: .correction)))
  }
}
