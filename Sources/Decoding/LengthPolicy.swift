/// What the scheduler does next. The pending tokens are all proposals that exist when a pass starts.
public enum Action: Equatable, Sendable {
  /// Draft this many tokens while the target rests.
  case draft(Int)
  /// One target pass over the pending tokens, and meanwhile draft this many more.
  case verifyWhileDrafting(Int)
  /// One target pass over the pending tokens while the draft rests.
  case verify
}

/// What a policy may look at.
public struct RoundView: Equatable, Sendable {
  /// Number of proposals that wait for the target.
  public let pendingCount: Int
  /// How many more can be drafted before the end of a context or of the text; the scheduler cuts what exceeds it.
  public let draftRoom: Int

  public init(pendingCount: Int, draftRoom: Int) {
    self.pendingCount = pendingCount
    self.draftRoom = draftRoom
  }
}

/// How long: chooses each round's action.
public protocol LengthPolicy {
  /// Largest number of proposals, pending and being drafted, that its actions ever lead to.
  var maximumProposalCount: Int { get }

  /// The next action. A `draft` that has no room becomes `verify`, so that every round ends.
  mutating func next(_ view: RoundView) -> Action
}
