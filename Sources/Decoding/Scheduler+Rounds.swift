import Inference
import Platform

extension Scheduler {
  /// One action of the policy.
  /// - Returns: Why generation ends, or nil.
  func round(limits: GenerationLimits, receive: (CommittedToken) -> Continuation) -> StopReason? {
    let room = draftRoom
    let action = policy.next(RoundView(pendingCount: sequence.proposalCount, draftRoom: room))
    switch action {
    case .draft(let count) where min(count, room) > 0:
      draft(min(count, room))
      return nil
    case .draft, .verify:
      return verify(whileDrafting: 0, limits: limits, receive: receive)
    case .verifyWhileDrafting(let count):
      return verify(whileDrafting: max(0, min(count, room)), limits: limits, receive: receive)
    }
  }

  /// Reads the prompt but its last token on both lanes at once.
  func prefill(_ cancellation: CancellationFlag?) {
    let prefillStart = clock.now
    var start = prefillStart
    var end = start
    let count = sequence.committedCount - 1
    let isDrafting = draftRoom > 0
    draftJob?.task = .prepare(cancellation)
    runLanes(isDrafting: isDrafting) {
      start = clock.now
      target.fill(from: sequence, upTo: count, cancellation: cancellation)
      end = clock.now
    }
    telemetry.prefill = clock.now - prefillStart
    if isDrafting { noteDraft(tokenCount: 0) }
    note(.target, start, end, cpu: currentCPU(), tokenCount: 0)
  }

  /// How many more tokens can be drafted. One place is kept for the row that follows the last pending token.
  private var draftRoom: Int {
    guard let drafter else { return 0 }
    let length = min(sequenceLimit - 1, drafter.sequenceLimit) - sequence.count
    return max(0, min(length, sequence.proposalCapacity - sequence.proposalCount))
  }

  /// Drafts while the target rests.
  private func draft(_ count: Int) {
    draftJob?.task = .draft(count)
    runLanes(isDrafting: true) {}
    countDraft(count)
  }

  /// One target pass over everything pending, while the draft makes `count` more tokens; then the verdicts.
  private func verify(
    whileDrafting count: Int, limits: GenerationLimits, receive: (CommittedToken) -> Continuation
  ) -> StopReason? {
    let pendingCount = sequence.proposalCount
    let rows = sequence.tokens(sequence.committedCount - 1..<sequence.count)
    var start = clock.now
    var end = start
    draftJob?.task = .draft(count)
    runLanes(isDrafting: count > 0) {
      start = clock.now
      target.forward(rows, logitRowCount: rows.count)
      end = clock.now
    }
    telemetry.targetPassCount += 1
    telemetry.passCountByRows[rows.count] += 1
    telemetry.targetBusy += end - start
    note(.target, start, end, cpu: currentCPU(), tokenCount: rows.count)
    if count > 0, let draftJob {
      countDraft(count)
      telemetry.overlapped += max(.zero, min(end, draftJob.end) - max(start, draftJob.start))
    }
    return judgePass(pendingCount: pendingCount, limits: limits, receive: receive)
  }

  /// Runs the draft job and `targetWork`: at the same time if there is a draft lane, else one after the other.
  private func runLanes(isDrafting: Bool, targetWork: () -> Void) {
    guard isDrafting, let draftJob else { return targetWork() }
    guard let lane else {
      draftJob.run()
      return targetWork()
    }
    lane.start(draftJob)
    targetWork()
    lane.wait()
  }

  private func countDraft(_ count: Int) {
    guard let draftJob else { return }
    telemetry.proposedCount += count
    telemetry.draftPassCount += count
    telemetry.draftBusy += draftJob.end - draftJob.start
    noteDraft(tokenCount: count)
  }

  private func noteDraft(tokenCount: Int) {
    guard let draftJob else { return }
    note(.draft, draftJob.start, draftJob.end, cpu: draftJob.cpu, tokenCount: tokenCount)
  }

  private func note(
    _ lane: PassInterval.Lane, _ start: ContinuousClock.Instant, _ end: ContinuousClock.Instant, cpu: Int?,
    tokenCount: Int
  ) {
    guard recordsTrace else { return }
    trace.append(
      PassInterval(lane: lane, start: start - origin, end: end - origin, cpu: cpu, tokenCount: tokenCount))
  }
}
