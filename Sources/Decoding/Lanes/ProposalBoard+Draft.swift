import Platform
import TensorTypes

/// The draft's side.
extension ProposalBoard {
  /// What the draft's lane needs to know before a step.
  struct Permit: Sendable {
    /// Number of proposals that became final, whether the one after those was replaced, and whether all are void.
    var confirmedCount = 0
    var isRejected = false
    /// Number of first tokens of the sequence that are what they were.
    var validCount = 0
    /// Number of tokens that the target made since.
    var newTokenCount = 0
    var mayPropose = false
    var epoch = 0
    var passCount = 0
    var isTargetBusy = false
    var costs = CostModel()
  }

  /// Brings the draft's sequence up to what is final.
  /// - Parameter epoch: That of the last permit.
  func catchUp(_ sequence: TokenSequence, epoch oldEpoch: Int) -> Permit {
    withLock {
      var permit = Permit()
      let (oldCount, oldCommittedCount) = (sequence.count, sequence.committedCount)
      rejection.reset()
      (permit.confirmedCount, permit.isRejected) = sequence.follow(tokens, upTo: committedCount)
      if epoch != oldEpoch { sequence.truncate(to: committedCount) }
      permit.validCount =
        permit.isRejected ? oldCommittedCount + permit.confirmedCount : min(oldCount, sequence.count)
      permit.newTokenCount = max(0, committedCount - permit.validCount)
      permit.mayPropose =
        sequence.proposalCount < min(aheadLimit, sequence.proposalCapacity) && sequence.count < lengthLimit
      (permit.epoch, permit.passCount, permit.isTargetBusy) = (epoch, passCount, isTargetBusy)
      permit.costs = sharedCosts
      return permit
    }
  }

  func beginStep(at instant: ContinuousClock.Instant) { withLock { stepStart = instant } }

  /// Ends a step that proposed the last token of `sequence`, or, if it is nil, nothing.
  func endStep(
    proposing sequence: TokenSequence?, from start: ContinuousClock.Instant, to end: ContinuousClock.Instant,
    under permit: Permit
  ) {
    withLock {
      stepStart = nil
      tally.busy += end - start
      guard let sequence else { return }
      tally.proposedCount += 1
      if permit.newTokenCount <= 1 {
        let isSame = permit.passCount == passCount
        sharedCosts.observeDraft(
          seconds: (end - start) / .seconds(1), isOverlapped: isSame ? isTargetBusy : nil)
      }
      let position = sequence.count - 1
      guard permit.epoch == epoch && position == proposedEnd else { return }
      proposals[position % proposals.count] = (sequence[position], sequence.proposal(at: position))
      proposedEnd += 1
    }
  }

  func noteCancelledStep() { withLock { tally.cancelledCount += 1 } }
}
