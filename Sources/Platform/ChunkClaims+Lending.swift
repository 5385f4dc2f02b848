/// Threads that help the partner while their own team has nothing to do.
extension ChunkClaims {
  /// Called once, before either team works.
  func setPartner(_ other: ChunkClaims) {
    let before = partner.exchange(Unmanaged.passUnretained(other), ordering: .sequentiallyConsistent)
    precondition(before == nil, "one partner")
  }

  /// Lends the team's threads; called by the leader, which helps itself meanwhile.
  /// - Parameter isOver: Whether the leader has something to do; whoever makes it true calls `ring` after that.
  /// - Precondition: Nobody else lends them: two leaders would help the partner under the same thread's number.
  func lend(until isOver: () -> Bool) {
    var seen: UInt32 = 0
    let isLentAlready = isLending.exchange(true, ordering: .sequentiallyConsistent)
    precondition(!isLentAlready, "one thread lends a team")
    while true {
      let rung = bell.load()
      if isOver() { break }
      bell.wait(whileEqualTo: rung, spinCount: spinCount, sleepers: bellSleepers) {
        helpPartner(thread: 0, seen: &seen)
      }
    }
    isLending.store(false, ordering: .sequentiallyConsistent)
  }

  /// Makes a leader that lends look around.
  func ring() {
    _ = bell.add(1)
    bell.wakeAll(sleepers: bellSleepers)
  }

  /// Whether the partner's threads may come and help.
  var mayHaveGuests: Bool {
    partner.load(ordering: .acquiring)?._withUnsafeGuaranteedRef {
      $0.isLending.load(ordering: .relaxed)
    } ?? false
  }

  /// Wakes the partner's threads if they are lent and fell asleep because there was nothing to help with. A worker that
  /// falls asleep at this very moment misses it.
  func callPartner() {
    partner.load(ordering: .acquiring)?._withUnsafeGuaranteedRef { partner in
      guard partner.isLending.load(ordering: .relaxed) else { return }
      // Also for a leader that is just about to fall asleep.
      partner.ring()
      partner.epoch.wakeAll(sleepers: partner.epochSleepers)
    }
  }

  /// Does chunks of the partner's newest operation as its guest, if this team lends.
  /// - Parameters:
  ///   - thread: Of this team.
  ///   - seen: The partner's epoch that the thread has helped with last.
  /// - Returns: Whether any was done.
  func helpPartner(thread: Int, seen: inout UInt32) -> Bool {
    guard isLending.load(ordering: .relaxed), let partner = partner.load(ordering: .acquiring) else {
      return false
    }
    return partner._withUnsafeGuaranteedRef { $0.runAsGuest(thread: thread, seen: &seen) }
  }

  private func runAsGuest(thread: Int, seen: inout UInt32) -> Bool {
    let newest = epoch.load()
    if newest == seen { return false }
    seen = newest
    // Guests are at home nowhere.
    return runChunks(of: newest, thread: threadCount + thread, home: 0) > 0
  }
}
