import Sampling
import TensorTypes

/// Accepts a token exactly if it is the one that the target itself draws at that position with this seed.
///
/// The target's draw is argmax(log p + g) with noise g keyed by seed, position and token, so it does not depend on what
/// was proposed or when: the output is that of the target alone, token for token. At temperature 0 it is greedy match.
public final class CoupledVerifier: Verifier {
  private let sampler: TargetSampler

  public init(sampling: SamplingParameters, vocabularyCount: Int) {
    sampler = TargetSampler(sampling, vocabularyCount: vocabularyCount)
  }

  public var proposalMethod: ProposalMethod { .coupled }

  public func choose(_ row: TargetRow) -> TokenID {
    sampler.distribution(of: row).coupledToken(random: sampler.random, position: row.position)
  }

  public func judge(_ token: TokenID, proposedAs proposal: Proposal, against row: TargetRow) -> Verdict {
    let own = choose(row)
    return own == token ? .accepted : .rejected(correction: own)
  }
}
