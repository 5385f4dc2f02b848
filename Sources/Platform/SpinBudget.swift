/// How long a waiting thread spins before it sleeps.
///
/// Spinning answers within a microsecond but burns the core. What a thread waits for most is the end of an operation
/// of a few microseconds, less than it takes to fall asleep and be woken.
public struct SpinBudget: Sendable, Equatable {
  /// Number of pauses (about 10–40 ns each) before the thread sleeps.
  public let pauseCount: Int

  /// For threads that share a CPU: who spins has the very thread wait that it waits for.
  public static let none = SpinBudget(pauseCount: 0)
  /// For threads on CPUs of their own of which a quota does not pay for all: about as long as a sleep and a wake-up
  /// cost, so that no wait burns more than twice what it has to.
  public static let brief = SpinBudget(pauseCount: 500)
  public static let short = SpinBudget(pauseCount: 20000)

  public init(pauseCount: Int) {
    precondition(pauseCount >= 0)
    self.pauseCount = pauseCount
  }

  /// The budget for `threadCount` busy threads, each on a CPU of its own, while a quota pays for `cpuCount` of them.
  public init(threadCount: Int, cpuCount: Int) {
    self = threadCount <= cpuCount ? .short : .brief
  }
}
