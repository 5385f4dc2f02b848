import Platform
import TensorTypes

/// The target's side.
extension ProposalBoard {
  /// Begins a generation; the draft's lane rests.
  func restart(with sequence: TokenSequence, lengthLimit: Int) {
    withLock {
      for position in 0..<sequence.committedCount { tokens[position] = sequence[position] }
      committedCount = sequence.committedCount
      proposedEnd = committedCount
      epoch += 1
      aheadLimit = 0
      mayBranch = false
      self.lengthLimit = lengthLimit
      tally = DraftTally()
      rejection.reset()
    }
  }

  /// Lets the draft's lane propose until `ahead` proposals wait; 0 lets it rest.
  /// - Parameters:
  ///   - testsFirst: Whether a pass begins that has nothing but the first of those to test.
  ///   - wantsAlternatives: Whether a chain that begins now may be such a one.
  func allow(ahead: Int, testsFirst: Bool = false, wantsAlternatives: Bool = true) {
    withLock {
      aheadLimit = ahead
      self.wantsAlternatives = wantsAlternatives
      mayBranch = testsFirst && branches.capacity > 0
    }
  }

  /// Makes the draft's lane rest as soon as it can: in the middle of a step.
  func interrupt() {
    withLock {
      aheadLimit = 0
      mayBranch = false
      rejection.cancel()
    }
  }

  /// Appends the proposals that are new since the last call.
  func collect(into sequence: TokenSequence) {
    withLock {
      while sequence.count < proposedEnd {
        let (token, proposal) = proposals[sequence.count % proposals.count]
        sequence.propose(token, as: proposal)
      }
    }
  }

  /// Says what has become final.
  /// - Returns: Whether there are proposals all the same, of a branch.
  func announce(_ sequence: TokenSequence, after end: PassEnd) -> Bool {
    withLock {
      while committedCount < sequence.committedCount {
        tokens[committedCount] = sequence[committedCount]
        committedCount += 1
      }
      guard end != .allAccepted else { return false }
      let branch = end == .correction ? branchOfCorrection() : nil
      epoch += 1
      proposedEnd = committedCount
      if let branch { takeUpBranch(branch) }
      // What a draft computes while a bonus is committed, it needs all the same: the step reads what is before that.
      if end == .correction { rejection.cancel() }
      return branch != nil
    }
  }

  /// A moment, and how long the draft has computed until then.
  typealias BusyTime = (instant: ContinuousClock.Instant, draft: Duration)

  func beginPass() -> BusyTime {
    withLock {
      passCount += 1
      isTargetBusy = true
      return busyTime()
    }
  }

  func endPass() -> BusyTime {
    withLock {
      passCount += 1
      isTargetBusy = false
      mayBranch = false
      // The pass's verdict decides what is worth drafting now.
      if isBranching { rejection.cancel() }
      return busyTime()
    }
  }

  private func busyTime() -> BusyTime {
    let now = clock.now
    return (now, tally.busy + (stepStart.map { now - $0 } ?? .zero))
  }
}
