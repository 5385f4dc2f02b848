import Sampling
import TensorTypes

/// Judges by the papers' rule, `RejectionRule`: the output has the target's distribution, but is not the text that the
/// target alone gives with the same seed.
///
/// Draws are keyed by position and purpose, and a position is judged once, so no number is used for two decisions.
public final class RejectionVerifier: Verifier {
  private let chain: SamplingChain
  private let random: CounterRandom
  private let distribution: TokenDistribution

  public init(sampling: SamplingParameters, vocabularyCount: Int) {
    chain = SamplingChain(parameters: sampling, vocabularyCount: vocabularyCount)
    random = CounterRandom(seed: sampling.seed)
    distribution = TokenDistribution(vocabularyCount: vocabularyCount)
  }

  public var proposalMethod: ProposalMethod { .sampled }

  public func choose(_ row: TargetRow) -> TokenID {
    chain.apply(to: row.logits, history: row.history, into: distribution)
    return distribution.token(atQuantile: random.uniform(position: row.position, purpose: .target))
  }

  public func judge(_ token: TokenID, proposedAs proposal: Proposal, against row: TargetRow) -> Verdict {
    chain.apply(to: row.logits, history: row.history, into: distribution)
    let p = distribution.probability(of: token)
    let q = RejectionRule.draftProbability(of: token, proposedAs: proposal)
    let u = random.uniform(position: row.position, purpose: .acceptance)
    if RejectionRule.accepts(p: p, q: q, u: u) { return .accepted }
    return .rejected(
      correction: RejectionRule.correction(
        of: token, proposedAs: proposal, target: distribution,
        u: random.uniform(position: row.position, purpose: .correction)))
  }
}
