/// How far a chain of proposals goes: asked by the draft's lane before every token but the first.
///
/// A rule never makes a sampled token disappear: it only says that no further one is drafted, so whatever it looks at,
/// the output is the same (coupled verifier) or has the same distribution (rejection verifier).
public protocol StopRule {
  /// Whether it ever ends a chain.
  var endsChains: Bool { get }

  /// What it looks at in the chain's signals.
  var needs: DraftSignals.Needs { get }

  /// Whether one more token is worth drafting after `chain`, which is not empty.
  /// - Parameter costs: Measured times of both lanes.
  mutating func goesOn(after chain: DraftChain, costs: CostModel) -> Bool

  /// Learns from proposals that were judged.
  mutating func observe(_ judgement: ChainJudgement)
}

extension StopRule {
  public var endsChains: Bool { true }
}

/// What became of the first proposals of a chain in one target pass.
public struct ChainJudgement: Sendable {
  /// The chain as it was when the draft's lane heard of the judgement.
  public let chain: DraftChain
  /// Number of its first proposals that were accepted.
  public let acceptedCount: Int
  /// Whether the proposal after those was rejected, and the rest with it.
  public let isRejected: Bool
  /// Whether the rule itself had ended the chain.
  public let wasStopped: Bool

  /// Number of proposals that the target judged.
  public var testedCount: Int { acceptedCount + (isRejected ? 1 : 0) }
}

/// Goes on for as long as there is room: the scheduler's length limit is the only one.
public struct UnlimitedRule: StopRule, Sendable {
  public init() {}
  public var endsChains: Bool { false }
  public var needs: DraftSignals.Needs { [] }
  public func goesOn(after chain: DraftChain, costs: CostModel) -> Bool { true }
  public func observe(_ judgement: ChainJudgement) {}
}
