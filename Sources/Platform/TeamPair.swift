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
  /// From now on the threads of one team help the other while its leader waits as a lane's thread, or for a lane.
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

  /// Wakes threads that are lent to this team and have fallen asleep. Called before operations that together take much
  /// longer than to wake up, some tens of microseconds.
  public func callGuests() { shared.callPartner() }
}
