/// What the scheduler does next. The pending tokens are all proposals that exist when a pass starts.
public enum Action: Equatable, Sendable {
  /// Draft until this many more tokens are pending, or the stop rule ends the chain, while the target rests.
  case draft(Int)
  /// One target pass over the pending tokens, and meanwhile draft this many more; both are waited for.
  case verifyWhileDrafting(Int)
  /// One target pass over the pending tokens, and meanwhile draft up to this many more. The draft is not waited for: it
  /// goes on through the next such pass.
  case verifyWhileDraftingFreely(Int)
  /// One target pass over the pending tokens while the draft rests.
  case verify
  /// The draft reads what has become final, and tells how often it would have proposed the same. The target rests.
  case review
}

/// What a policy may look at.
public struct RoundView: Equatable, Sendable {
  /// Number of proposals that wait for the target.
  public let pendingCount: Int
  /// How many more can be drafted before the end of a context or of the text, or before the chain's end that the stop rule
  /// sees; the scheduler cuts what exceeds it.
  public let draftRoom: Int
  /// Whether a stop rule ends chains before the length that is asked for.
  public let hasStopRule: Bool

  public init(pendingCount: Int, draftRoom: Int, hasStopRule: Bool = true) {
    self.pendingCount = pendingCount
    self.draftRoom = draftRoom
    self.hasStopRule = hasStopRule
  }
}

/// What came of an action.
public struct RoundResult: Equatable, Sendable {
  public let action: Action
  /// Rows of the target pass; 0 without one.
  public var rowCount = 0
  /// Number of proposals that were judged, and of those that were accepted.
  public var testedCount = 0
  public var acceptedCount = 0
  /// Number of tokens that became final.
  public var committedCount = 0
  /// How long it took.
  public var seconds = 0.0
  /// What a review found.
  public var agreement: Agreement?

  /// Numbers of tokens.
  public struct Agreement: Equatable, Sendable {
    public var agreed: Int
    public var tested: Int
  }

  init(_ action: Action) { self.action = action }
}

/// Which action: chooses each round's.
public protocol LengthPolicy {
  /// Largest number of proposals, pending and being drafted, that its actions ever lead to.
  var maximumProposalCount: Int { get }

  /// A new text begins.
  mutating func begin()

  /// The next action. A `draft` that adds nothing becomes `verify`, so that every round ends.
  /// - Parameter costs: Measured times of both lanes.
  mutating func next(_ view: RoundView, costs: CostModel) -> Action

  /// Learns from a round.
  mutating func observe(_ result: RoundResult, costs: CostModel)
}

extension LengthPolicy {
  public mutating func begin() {}
  public mutating func observe(_ result: RoundResult, costs: CostModel) {}
}
