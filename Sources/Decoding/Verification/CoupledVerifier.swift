import Sampling
import TensorTypes

/// Accepts a token exactly if it is the one that the target itself draws at that position with this seed.
///
/// The target's draw is argmax(log p + g) with noise g keyed by seed, position and token, so it does not depend on what
/// was proposed or when: the output is that of the target alone, token for token. At temperature 0 it is greedy match.
public final class CoupledVerifier: Verifier {
  private let chain: SamplingChain
  private let random: CounterRandom
  private let distribution: TokenDistribution

  public init(sampling: SamplingParameters, vocabularyCount: Int) {
    chain = SamplingChain(parameters: sampling, vocabularyCount: vocabularyCount)
    random = CounterRandom(seed: sampling.seed)
    distribution = TokenDistribution(vocabularyCount: vocabularyCount)
  }

  public var proposalMethod: ProposalMethod { .coupled }

  public func choose(_ row: TargetRow) -> TokenID {
    chain.apply(to: row.logits, history: row.history, into: distribution)
    return distribution.coupledToken(random: random, position: row.position)
  }

  public func judge(_ token: TokenID, proposedAs proposal: Proposal, against row: TargetRow) -> Verdict {
    let own = choose(row)
    return own == token ? .accepted : .rejected(correction: own)
  }
}
