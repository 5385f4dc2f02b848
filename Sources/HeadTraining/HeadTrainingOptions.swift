/// How a head is trained. Defaults are those of SpecDec++ (arXiv 2405.19715), from the training script and
/// README of github.com/Kaffaljidhmah2/SpecDec_pp): three epochs, batches of 4 × 8 texts, AdamW without decay at the
/// `transformers` default rate of 5·10⁻⁵, cosine with a warm-up of 3 %, three blocks, rejections counting six times.
///
/// One thing is not as there: its three blocks are one and the same module, repeated; here each has its own weights.
public struct HeadTrainingOptions: Equatable, Sendable {
  public var epochCount = 3
  public var learningRate = 5e-5
  /// Texts per step.
  public var batchSize = 32
  public var blockCount = 3
  public var rejectionWeight: Float = 6
  public var warmUpShare = 0.03
  /// Of the first weights and of the order of the texts.
  public var seed: UInt64 = 0

  public init() {}
}

/// Which prompts are kept for validation. All texts of a prompt are on one side.
public enum ValidationSplit: Equatable, Sendable {
  /// This share of the prompts, at least one and not all, chosen by a seed.
  case share(Double, seed: UInt64)
  /// The prompts with the highest numbers, this many.
  case last(Int)

  /// The numbers of the validation prompts of `0..<promptCount`.
  public func prompts(of promptCount: Int) -> Set<Int> {
    switch self {
    case .last(let count): return Set(max(0, promptCount - count)..<promptCount)
    case .share(let share, let seed):
      let count = max(1, min(promptCount - 1, Int((Double(promptCount) * share).rounded())))
      return Set(TrainingRandom(seed: seed, purpose: .split).shuffled(promptCount).prefix(count))
    }
  }
}
