import Synchronization

/// A flag that any thread, or a signal handler, may set to end some work early.
public final class CancellationFlag: Sendable {
  private let flag = Atomic(false)

  public init() {}

  /// Safe in a signal handler: one atomic store.
  public func cancel() { flag.store(true, ordering: .relaxed) }

  /// Makes the flag usable for the next work.
  public func reset() { flag.store(false, ordering: .relaxed) }

  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
