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
    /// The branch whose tokens the proposals are, and how many of its first tokens became final before.
    var takenUp: (rank: Int, confirmedCount: Int)?
    var mayPropose = false
    var epoch = 0
    var passCount = 0
    var isTargetBusy = false
    /// Whether the next proposal begins a chain that may have branches.
    var wantsAlternatives = false
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
      if epoch != oldEpoch && takenUp.epoch == epoch {
        permit.takenUp = (takenUp.rank, committedCount - branches.start - 1)
        while sequence.count < proposedEnd {
          let (token, proposal) = proposals[sequence.count % proposals.count]
          sequence.propose(token, as: proposal)
        }
      }
      permit.mayPropose =
        sequence.proposalCount < min(aheadLimit, sequence.proposalCapacity) && sequence.count < lengthLimit
      (permit.epoch, permit.passCount, permit.isTargetBusy) = (epoch, passCount, isTargetBusy)
      permit.wantsAlternatives =
        wantsAlternatives && branches.capacity > 0 && sequence.proposalCount == 0
      permit.costs = sharedCosts
      permit.costs.draftsMeanwhile = isTargetBusy
      return permit
    }
  }

  func beginStep() { withLock { stepStart = clock.now } }

  /// Ends a step that proposed the last token of `sequence`.
  /// - Parameters:
  ///   - signals: Nil: nothing was proposed, or not on this sequence.
  ///   - isFirst: Whether it is the first token of a chain.
  func endStep(
    proposing signals: DraftSignals?, isFirst: Bool, on sequence: TokenSequence, under permit: Permit
  ) {
    withLock {
      let time = countStep()
      guard let signals else { return }
      tally.proposedCount += 1
      // A step that catches up on more than a token and the target's own says nothing about the next. Guesses count: T_d
      // is what a drafted token costs on the average, whoever drafts.
      if signals.readCount <= 2 {
        let isSame = permit.passCount == passCount
        sharedCosts.observeDraft(
          seconds: time / .seconds(1), isFirst: isFirst, isOverlapped: isSame ? isTargetBusy : nil)
      }
      let position = sequence.count - 1
      guard permit.epoch == epoch && position == proposedEnd else { return }
      proposals[position % proposals.count] = (sequence[position], sequence.proposal(at: position))
      proposedEnd += 1
    }
  }

  /// Ends a step that proposed nothing for the sequence.
  func endStep() { withLock { _ = countStep() } }

  /// - Returns: How long the step took.
  /// - Precondition: There is one, and the lock is held.
  private func countStep() -> Duration {
    let time = clock.now - stepStart!
    stepStart = nil
    tally.busy += time
    return time
  }

  func noteCancelledStep() { withLock { tally.cancelledCount += 1 } }
}
