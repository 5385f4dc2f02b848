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
      self.lengthLimit = lengthLimit
      tally = DraftTally()
      rejection.reset()
    }
  }

  /// Lets the draft's lane propose until `ahead` proposals wait; 0 lets it rest.
  func allow(ahead: Int) { withLock { aheadLimit = ahead } }

  /// Makes the draft's lane rest as soon as it can: in the middle of a step.
  func interrupt() {
    withLock {
      aheadLimit = 0
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
  func announce(_ sequence: TokenSequence, after end: PassEnd) {
    withLock {
      while committedCount < sequence.committedCount {
        tokens[committedCount] = sequence[committedCount]
        committedCount += 1
      }
      guard end != .allAccepted else { return }
      epoch += 1
      proposedEnd = committedCount
      // What a draft computes while a bonus is committed, it needs all the same: the step reads what is before that.
      if end == .correction { rejection.cancel() }
    }
  }

  /// - Returns: Time that the draft has computed until `instant`, now.
  func beginPass(at instant: ContinuousClock.Instant) -> Duration {
    withLock {
      passCount += 1
      isTargetBusy = true
      return busy(at: instant)
    }
  }

  /// - Returns: Time that the draft has computed until `instant`, now.
  func endPass(at instant: ContinuousClock.Instant) -> Duration {
    withLock {
      passCount += 1
      isTargetBusy = false
      return busy(at: instant)
    }
  }

  private func busy(at instant: ContinuousClock.Instant) -> Duration {
    tally.busy + (stepStart.map { max(.zero, instant - $0) } ?? .zero)
  }
}
