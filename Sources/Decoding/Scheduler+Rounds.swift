import Inference
import Platform

extension Scheduler {
  /// One action of the policy.
  /// - Returns: Why generation ends, or nil.
  func round(limits: GenerationLimits, receive: (CommittedToken) -> Continuation) -> StopReason? {
    let costs = board.costs
    if isDrafting { board.collect(into: sequence) }
    let action = policy.next(
      RoundView(pendingCount: sequence.proposalCount, draftRoom: draftRoom, hasStopRule: hasStopRule),
      costs: costs)
    let start = clock.now
    result = RoundResult(action)
    var reason: StopReason?
    switch action {
    case .draft(let count):
      if !draft(count) { reason = verify(limits: limits, receive: receive) }
    case .verify:
      restDraft()
      reason = verify(limits: limits, receive: receive)
    case .verifyWhileDrafting(let count):
      restDraft()
      reason = verify(whileDraftingTo: sequence.proposalCount + count, limits: limits, receive: receive)
    case .verifyWhileDraftingFreely(let count):
      reason = verify(
        whileDraftingTo: sequence.proposalCount + count, isFree: true, limits: limits, receive: receive)
    case .review: review()
    }
    result.seconds = (clock.now - start) / .seconds(1)
    learn()
    return reason
  }

  private func learn() {
    // A review belongs to no round.
    if result.action != .review {
      roundTokenCount += result.committedCount
      roundSeconds += result.seconds
    }
    if result.rowCount > 0 {
      board.updateCosts { $0.observeRound(tokenCount: roundTokenCount, seconds: roundSeconds) }
      (roundTokenCount, roundSeconds) = (0, 0)
    }
    policy.observe(result, costs: board.costs)
  }

  /// Reads the prompt but its last token on both lanes at once.
  func prefill(_ cancellation: CancellationFlag?) {
    let prefillStart = clock.now
    let count = sequence.committedCount - 1
    if lengthLimit > sequence.committedCount { startDraft(.prepare(cancellation)) }
    let start = clock.now
    target.fill(from: sequence, upTo: count, cancellation: cancellation)
    let end = clock.now
    waitForDraft()
    telemetry.prefill = clock.now - prefillStart
    note(.target, start, end, cpu: currentCPU(), tokenCount: 0)
  }

  /// How many more tokens can be drafted. One place is kept for the row that follows the last pending token.
  private var draftRoom: Int {
    guard let draftJob else { return 0 }
    if !isDrafting && draftJob.isAtEnd && sequence.proposalCount > 0 { return 0 }
    return max(0, min(lengthLimit - sequence.count, sequence.proposalCapacity - sequence.proposalCount))
  }

  /// Drafts while the target rests.
  /// - Returns: Whether there is any reason to look again before verifying.
  private func draft(_ count: Int) -> Bool {
    let room = min(count, draftRoom)
    guard room > 0 else {
      restDraft()
      return false
    }
    let before = sequence.proposalCount
    let wasDrafting = isDrafting
    board.allow(ahead: before + room, wantsAlternatives: false)
    if !isDrafting { startDraft(.draft) }
    waitForDraft()
    board.collect(into: sequence)
    return wasDrafting || sequence.proposalCount > before
  }

  private func review() {
    restDraft()
    startDraft(.review)
    waitForDraft()
    if let agreement = draftJob?.agreement {
      result.agreement = .init(agreed: agreement.agreed, tested: agreement.tested)
    }
  }

  /// One target pass over everything pending, then the verdicts.
  /// - Parameters:
  ///   - ahead: Meanwhile, draft until so many tokens are pending.
  ///   - isFree: Whether the draft goes on without being waited for.
  private func verify(
    whileDraftingTo ahead: Int = 0, isFree: Bool = false, limits: GenerationLimits,
    receive: (CommittedToken) -> Continuation
  ) -> StopReason? {
    let pendingCount = sequence.proposalCount
    let rows = sequence.tokens(sequence.committedCount - 1..<sequence.count)
    if draftJob != nil {
      board.allow(
        ahead: min(ahead, sequence.proposalCapacity), testsFirst: pendingCount == 0 && ahead > 0)
      if lane?.isFinished == true { waitForDraft() }
      if ahead > pendingCount && !isDrafting && draftRoom > 0 { startDraft(.draft) }
    }
    let start = board.beginPass()
    target.forward(rows, logitRowCount: rows.count)
    let end = board.endPass()
    count(rows: rows.count, from: start.instant, to: end.instant, overlapped: end.draft - start.draft)
    let reason = judgePass(pendingCount: pendingCount, awaitsDraft: !isFree, limits: limits, receive: receive)
    if !isFree && draftJob != nil {
      waitForDraft()
      board.collect(into: sequence)
    }
    return reason
  }

  private func count(
    rows: Int, from start: ContinuousClock.Instant, to end: ContinuousClock.Instant, overlapped: Duration
  ) {
    result.rowCount = rows
    telemetry.targetPassCount += 1
    telemetry.passCountByRows[rows] += 1
    telemetry.passTimeByRows[rows] += end - start
    telemetry.targetBusy += end - start
    telemetry.overlapped += overlapped
    note(.target, start, end, cpu: currentCPU(), tokenCount: rows)
    let share = end > start ? overlapped / (end - start) : 0
    board.updateCosts { $0.observePass(rows: rows, seconds: (end - start) / .seconds(1), overlap: share) }
  }
}
