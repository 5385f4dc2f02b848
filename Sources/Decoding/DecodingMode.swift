/// The fixed ways to schedule the two models. With the coupled verifier all give the same text.
public enum DecodingMode: Equatable, Sendable {
  /// The target alone.
  case autoregressive
  /// Draft, then verify.
  case speculative(draftLength: Int)
  /// Draft while verifying, step by step.
  case lockstepPEARL(draftLength: Int)

  /// The policy of this mode.
  /// - Precondition: A draft length is at least 1.
  public var policy: any LengthPolicy {
    switch self {
    case .autoregressive: AutoregressivePolicy()
    case .speculative(let draftLength): SpeculativePolicy(draftLength: draftLength)
    case .lockstepPEARL(let draftLength): LockstepPEARLPolicy(draftLength: draftLength)
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
