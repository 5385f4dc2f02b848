import Platform

extension Scheduler {
  /// Gives the draft's lane something to do; without a lane, does it.
  func startDraft(_ task: DraftJob.Task) {
    guard let draftJob else { return }
    draftJob.task = task
    guard let lane else {
      draftJob.run()
      return noteDraft(draftJob)
    }
    lane.start(draftJob)
    isDrafting = true
  }

  /// Waits until the draft's lane has nothing more to do.
  func waitForDraft() {
    guard isDrafting, let draftJob else { return }
    lane?.wait()
    isDrafting = false
    noteDraft(draftJob)
  }

  /// Makes the draft's lane rest at once, whatever it does.
  func restDraft() {
    guard isDrafting else { return }
    board.interrupt()
    waitForDraft()
    board.collect(into: sequence)
  }

  private func noteDraft(_ job: DraftJob) {
    note(.draft, job.start, job.end, cpu: job.cpu, tokenCount: job.proposedCount)
  }

  func note(
    _ lane: PassInterval.Lane, _ start: ContinuousClock.Instant, _ end: ContinuousClock.Instant, cpu: Int?,
    tokenCount: Int
  ) {
    guard recordsTrace else { return }
    trace.append(
      PassInterval(lane: lane, start: start - origin, end: end - origin, cpu: cpu, tokenCount: tokenCount))
  }
}
