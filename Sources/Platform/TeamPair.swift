/// Two teams that lend each other their threads while they have nothing to do themselves.
///
/// What both teams hold on to, so that a lent thread never meets the claims of a team that is gone.
final class TeamPair: Sendable {
  private let first: ChunkClaims
  private let second: ChunkClaims

  init(_ first: ChunkClaims, _ second: ChunkClaims) {
    self.first = first
    self.second = second
    first.setPartner(second)
    second.setPartner(first)
  }
}

extension ThreadTeam {
  /// From now on the threads of one team help the other while their own is lending (`beginLending()`).
  ///
  /// Chunks are claimed as a team's own threads claim them, so that results are the same bits.
  /// - Precondition: Each team has guest places for the other's threads, and neither has a partner yet.
  public static func pair(_ first: ThreadTeam, _ second: ThreadTeam) {
    precondition(first !== second, "a team is no partner of its own")
    precondition(
      first.guestCapacity >= second.threadCount && second.guestCapacity >= first.threadCount,
      "guest places for all threads of the partner")
    let pair = TeamPair(first.shared, second.shared)
    first.setPair(pair)
    second.setPair(pair)
  }

  /// Lets the team's threads help the partner from now on; the leader does by `helpPartner`.
  /// Called by the leader when it has no operation for its team for a while.
  public func beginLending() { shared.setLending(true) }

  /// Threads that are lent come back when their chunk is done.
  public func endLending() { shared.setLending(false) }

  /// Does a share of the partner's operation, if it has one that this thread has not helped with yet.
  /// - Parameter seen: What this thread has helped with last; 0 at first.
  /// - Returns: Whether any chunk was done.
  func helpPartner(seen: inout UInt32) -> Bool { shared.helpPartner(thread: 0, seen: &seen) }
}
