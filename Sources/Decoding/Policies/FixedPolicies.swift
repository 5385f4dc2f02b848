/// The target alone, one token per pass.
public struct AutoregressivePolicy: LengthPolicy, Sendable {
  public init() {}
  public var maximumProposalCount: Int { 0 }
  public func next(_ view: RoundView, costs: CostModel) -> Action { .verify }
}

/// Plain speculative decoding (arXiv 2211.17192): draft γ tokens, or fewer where a stop rule ends the chain, then verify
/// them; one after the other.
public struct SpeculativePolicy: LengthPolicy, Sendable {
  /// γ, the number of tokens per draft.
  public let draftLength: Int

  /// - Precondition: `draftLength >= 1`.
  public init(draftLength: Int) {
    precondition(draftLength >= 1, "a draft has at least one token")
    self.draftLength = draftLength
  }

  public var maximumProposalCount: Int { draftLength }

  public func next(_ view: RoundView, costs: CostModel) -> Action {
    view.pendingCount == 0 && view.draftRoom > 0 ? .draft(draftLength) : .verify
  }
}

/// PEARL in lockstep (arXiv 2408.11850): each step the draft makes γ tokens while the target makes one pass.
///
/// Pre-verify and post-verify are not told apart: with nothing pending the pass tests the first new token, with γ−1
/// pending it tests those and the first new one (`Scheduler.judgePass`).
public struct LockstepPEARLPolicy: LengthPolicy, Sendable {
  /// γ, the number of tokens drafted per step.
  public let draftLength: Int

  /// - Precondition: `draftLength >= 1`.
  public init(draftLength: Int) {
    precondition(draftLength >= 1, "a draft has at least one token")
    self.draftLength = draftLength
  }

  public var maximumProposalCount: Int { 2 * draftLength - 1 }

  public func next(_ view: RoundView, costs: CostModel) -> Action { .verifyWhileDrafting(draftLength) }
}
