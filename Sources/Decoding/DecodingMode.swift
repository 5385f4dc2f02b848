/// The ways to schedule the two models. With the coupled verifier all give the same text.
public enum DecodingMode: Equatable, Sendable {
  /// The target alone.
  case autoregressive
  /// Draft, then verify.
  case speculative(draftLength: Int)
  /// Draft while verifying, step by step.
  case lockstepPEARL(draftLength: Int)
  /// Draft while verifying, neither waiting for the other: `FreeRunningPolicy`.
  case freeRunningPEARL
  /// Whatever is the fastest: `AutomaticPolicy`.
  case automatic

  /// Most tokens per draft, where that is fixed.
  public var draftLength: Int? {
    switch self {
    case .speculative(let draftLength), .lockstepPEARL(let draftLength): draftLength
    case .autoregressive, .freeRunningPEARL, .automatic: nil
    }
  }

  /// Whether it chooses lengths by itself, by what passes cost.
  public var choosesLengths: Bool { self == .freeRunningPEARL || self == .automatic }

  /// The policy of this mode.
  /// - Parameters:
  ///   - agreement: What `automatic` may know of the pair; nil: nothing.
  ///   - log: Hears of the choices of `automatic`.
  /// - Precondition: A draft length is at least 1.
  public func policy(agreement: PairAgreement? = nil, log: ChoiceLog? = nil) -> any LengthPolicy {
    switch self {
    case .autoregressive: AutoregressivePolicy()
    case .speculative(let draftLength): SpeculativePolicy(draftLength: draftLength)
    case .lockstepPEARL(let draftLength): LockstepPEARLPolicy(draftLength: draftLength)
    case .freeRunningPEARL: FreeRunningPolicy()
    case .automatic: AutomaticPolicy(agreement: agreement, log: log)
    }
  }
}

/// The verifiers to choose from.
public enum VerificationMethod: Equatable, Sendable {
  /// `CoupledVerifier`: the same text as the target alone, token for token.
  case coupled
  /// `RejectionVerifier`: the same distribution of texts as the target alone.
  case rejection
}

/// The rules to choose from for where a chain of proposals ends.
public enum StopRuleMethod: Equatable, Sendable {
  /// At the mode's length, always.
  case fixed
  /// `EntropyRule`.
  case adaEDL(threshold: Double?)
  /// `ConfidenceRule`.
  case confidence(threshold: Double?)
  /// `CostRule`.
  case cost
  /// `CostRule` that asks an acceptance head as well; the drafter needs one.
  case headCost
  /// `AcceptanceHeadRule`; the drafter needs a head.
  case acceptanceHead(threshold: Double)

  /// A rule that has learnt nothing yet.
  public var rule: any StopRule {
    switch self {
    case .fixed: UnlimitedRule()
    case .adaEDL(let threshold): EntropyRule(threshold: threshold)
    case .confidence(let threshold): ConfidenceRule(threshold: threshold)
    case .cost: CostRule()
    case .headCost: CostRule(usesHead: true)
    case .acceptanceHead(let threshold): AcceptanceHeadRule(threshold: threshold)
    }
  }
}
