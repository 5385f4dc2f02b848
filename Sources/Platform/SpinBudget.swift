/// How long a waiting thread spins before it sleeps.
///
/// Spinning answers within a microsecond but burns the core; with more threads than CPUs it would steal the
/// time of the very thread that is waited for, so then nobody spins.
public struct SpinBudget: Sendable, Equatable {
  /// Number of pauses (about 10–40 ns each) before the thread sleeps.
  public let pauseCount: Int

  public static let none = SpinBudget(pauseCount: 0)
  public static let short = SpinBudget(pauseCount: 20000)

  public init(pauseCount: Int) {
    precondition(pauseCount >= 0)
    self.pauseCount = pauseCount
  }

  /// The budget for `threadCount` busy threads on `cpuCount` CPUs (after affinity mask and quota).
  public init(threadCount: Int, cpuCount: Int) {
    self = threadCount <= cpuCount ? .short : .none
  }
}
