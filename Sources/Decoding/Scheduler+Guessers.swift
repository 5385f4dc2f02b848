import Inference
import Platform
import Sampling

extension Scheduler {
  /// A scheduler for one of the modes, whose draft model is asked where guessers have no guess.
  /// - Parameters:
  ///   - draft: Nil: guessers alone.
  ///   - guessers: In the order in which they are asked.
  /// - Throws: `vocabularyMismatch`.
  public convenience init(
    target: any CausalModel, draft: (any CausalModel)?, guessers: [any TokenGuesser], mode: DecodingMode,
    verification: VerificationMethod = .coupled, stopRule: StopRuleMethod? = nil,
    sampling: SamplingParameters, costs: CostModel = CostModel(), log: ChoiceLog? = nil, lane: LaneThread?
  ) throws(DecodingError) {
    let vocabularyCount = target.vocabularyCount
    let verifier: any Verifier =
      switch verification {
      case .coupled: CoupledVerifier(sampling: sampling, vocabularyCount: vocabularyCount)
      case .rejection: RejectionVerifier(sampling: sampling, vocabularyCount: vocabularyCount)
      }
    var fallback: ModelDrafter?
    if let draft {
      guard draft.vocabularyCount == vocabularyCount else {
        throw .vocabularyMismatch(target: vocabularyCount, draft: draft.vocabularyCount)
      }
      fallback = ModelDrafter(model: draft, sampling: sampling, method: verifier.proposalMethod)
    }
    let isAdaptive = mode == .automatic || mode == .freeRunningPEARL
    self.init(
      target: target,
      drafter: mode == .autoregressive ? nil : DrafterChain(guessers: guessers, fallback: fallback),
      verifier: verifier, policy: mode.policy(hasLanes: lane != nil, log: log),
      rule: (stopRule ?? (isAdaptive ? .cost : .fixed)).rule, costs: costs, lane: lane)
  }
}
