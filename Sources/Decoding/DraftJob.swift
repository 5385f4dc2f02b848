import Platform

/// Drafting as a job, so that it can run on the draft lane. One object, reused for every round.
final class DraftJob: Job {
  private let drafter: any Drafter
  private let sequence: TokenSequence
  private let clock = ContinuousClock()

  /// What the next `run` does; set while the lane is idle.
  enum Task {
    case prepare(CancellationFlag?)
    case draft(Int)
  }
  var task = Task.draft(0)

  /// When and where the last `run` was; read while the lane is idle.
  private(set) var start: ContinuousClock.Instant
  private(set) var end: ContinuousClock.Instant
  private(set) var cpu: Int?

  init(drafter: any Drafter, sequence: TokenSequence) {
    self.drafter = drafter
    self.sequence = sequence
    start = clock.now
    end = start
  }

  func run() {
    start = clock.now
    switch task {
    case .prepare(let cancellation): drafter.prepare(sequence, cancellation: cancellation)
    case .draft(let count): for _ in 0..<count { drafter.step(sequence) }
    }
    end = clock.now
    cpu = currentCPU()
  }
}
