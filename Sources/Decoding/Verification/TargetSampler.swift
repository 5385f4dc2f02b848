import Sampling

/// What the target would write: p of its rows after temperature, filters and penalties, and the random numbers of the seed.
final class TargetSampler {
  let random: CounterRandom
  private let chain: SamplingChain
  private let scratch: TokenDistribution

  init(_ sampling: SamplingParameters, vocabularyCount: Int) {
    random = CounterRandom(seed: sampling.seed)
    chain = SamplingChain(parameters: sampling, vocabularyCount: vocabularyCount)
    scratch = TokenDistribution(vocabularyCount: vocabularyCount)
  }

  /// p; valid until the next call.
  func distribution(of row: TargetRow) -> TokenDistribution {
    chain.apply(to: row.logits, history: row.history, into: scratch)
    return scratch
  }
}
