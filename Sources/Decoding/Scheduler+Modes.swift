import Inference
import Platform
import Sampling

/// Who drafts, beside or instead of a draft model.
public struct DraftingMeans {
  /// Asked before the draft model, in this order.
  public var guessers: [any TokenGuesser]
  /// Tells, after a pass of the draft model, the probability that the last token it read is accepted.
  public var acceptance: (() -> Float)?
  /// First tokens that the draft model continues where nothing is pending, the likeliest one included; at least 1.
  public var candidateCount: Int

  public init(
    guessers: [any TokenGuesser] = [], acceptance: (() -> Float)? = nil, candidateCount: Int = 1
  ) {
    self.guessers = guessers
    self.acceptance = acceptance
    self.candidateCount = candidateCount
  }
}

extension Scheduler {
  /// A scheduler for one of the modes.
  /// - Parameters:
  ///   - draft: Not used by `.autoregressive`; nil: guessers alone.
  ///   - means: Who drafts beside the draft model.
  ///   - stopRule: Nil: `cost` in the modes that choose lengths by themselves, else `fixed`.
  ///   - sampling: For target and draft alike.
  ///   - costs: As measured before; nothing: they are learnt on the way.
  ///   - agreement: What `.automatic` may know of the pair; nil: nothing.
  ///   - experience: Of an earlier scheduler of this mode and stop rule; it takes the place of `costs`, `agreement` and
  ///     `log`.
  ///   - log: Hears of the choices of `.automatic`.
  /// - Throws: `vocabularyMismatch`, `draftModelMissing`.
  public convenience init(
    target: any CausalModel, draft: (any CausalModel)?, means: DraftingMeans = DraftingMeans(),
    mode: DecodingMode, verification: VerificationMethod = .coupled, stopRule: StopRuleMethod? = nil,
    sampling: SamplingParameters, costs: CostModel = CostModel(),
    agreement: PairAgreement? = nil, log: ChoiceLog? = nil, experience: Experience? = nil,
    lane: LaneThread?
  ) throws(DecodingError) {
    let vocabularyCount = target.vocabularyCount
    let verifier: any Verifier =
      switch verification {
      case .coupled: CoupledVerifier(sampling: sampling, vocabularyCount: vocabularyCount)
      case .rejection: RejectionVerifier(sampling: sampling, vocabularyCount: vocabularyCount)
      }
    var drafter: (any Drafter)?
    if mode != .autoregressive {
      guard draft != nil || !means.guessers.isEmpty else { throw .draftModelMissing(mode) }
      if let draft, draft.vocabularyCount != vocabularyCount {
        throw .vocabularyMismatch(target: vocabularyCount, draft: draft.vocabularyCount)
      }
      let model = draft.map {
        ModelDrafter(
          model: $0, sampling: sampling, method: verifier.proposalMethod, acceptance: means.acceptance)
      }
      drafter = means.guessers.isEmpty ? model : DrafterChain(guessers: means.guessers, fallback: model)
    }
    self.init(
      target: target, drafter: drafter, verifier: verifier,
      policy: experience?.policy ?? mode.policy(agreement: agreement, log: log),
      rule: experience?.rule ?? (stopRule ?? (mode.choosesLengths ? .cost : .fixed)).rule,
      costs: experience?.costs ?? costs, candidateCount: means.candidateCount, lane: lane)
  }
}
