import CPlatform
import Synchronization

/// A leader and pinned worker threads that do parallel operations together.
///
/// The leader is whatever thread calls `run`; one thread at a time. Chunks are claimed from one counter, and an
/// operation is finished when all its chunks are done: nobody waits for a worker that sleeps or came late.
public final class ThreadTeam: Sendable {
  private let shared: Shared
  private let workers: [PinnedThread]

  /// Number of threads, the leader included.
  public var threadCount: Int { workers.count + 1 }

  /// The CPUs that were asked for; the first is the leader's. `nil`: not pinned.
  public let cpus: [Int?]

  /// Starts `cpus.count - 1` workers.
  /// - Parameters:
  ///   - name: Prefix of the threads' names.
  ///   - cpus: One entry per thread; the leader pins itself (`pinLeader()`).
  public init(name: String, cpus: [Int?], spin: SpinBudget = .short) {
    precondition(!cpus.isEmpty, "a team has at least its leader")
    let shared = Shared(spinCount: spin.pauseCount)
    self.shared = shared
    self.cpus = cpus
    workers = cpus.indices.dropFirst().map { index in
      PinnedThread(name: "\(name)-\(index)", cpu: cpus[index]) { shared.work(thread: index) }
    }
  }

  deinit {
    shared.stop()
    for worker in workers { worker.join() }
  }

  /// Pins the calling thread to the leader's CPU, if one was asked for.
  public func pinLeader() {
    if let cpu = cpus[0] { cplatform_pin_current_thread(Int32(cpu)) }
  }

  /// Does all chunks of `operation`; returns when the last one is done. Allocates nothing.
  public func run(_ operation: some ParallelOperation) {
    let chunkCount = operation.chunkCount
    if workers.isEmpty || chunkCount <= 1 {
      for index in 0..<chunkCount { operation.runChunk(index, thread: 0) }
    } else {
      shared.run(operation, chunkCount: chunkCount)
    }
  }
}

/// What the leader and the workers of a team share.
private final class Shared: @unchecked Sendable {
  // Invariant: `operation` and `chunkCount` are written by the leader only while `ticket` is closed. A worker may
  // read them at any time, but uses what it read only after it has claimed a chunk from the very ticket that it had
  // read before them: the claim fails if the leader has closed that ticket since.
  private let operation = Atomic<UnsafeRawPointer?>(nil)
  private let chunkCount = Atomic<Int>(0)
  /// Epoch in the high half, next unclaimed chunk in the low half; `closed` there: nothing to claim.
  private let ticket = Atomic<UInt64>(0)
  private static let closed: UInt64 = 0xffff_ffff
  private let epoch = FutexWord()
  private let epochSleepers = FutexWord()
  private let unfinished = FutexWord()
  private let unfinishedSleepers = FutexWord()
  private let stopping = Atomic<Bool>(false)
  private let spinCount: Int

  init(spinCount: Int) { self.spinCount = spinCount }

  deinit {
    for word in [epoch, epochSleepers, unfinished, unfinishedSleepers] { word.deallocate() }
  }

  func run(_ parallel: some ParallelOperation, chunkCount count: Int) {
    precondition(count < Int(UInt32.max))
    let box: any ParallelOperation = parallel
    withUnsafePointer(to: box) { pointer in
      let newEpoch = epoch.load() &+ 1
      // Who sees the new operation or count has also seen that the old ticket is closed.
      ticket.store(UInt64(newEpoch) << 32 | Self.closed, ordering: .sequentiallyConsistent)
      operation.store(UnsafeRawPointer(pointer), ordering: .releasing)
      chunkCount.store(count, ordering: .releasing)
      unfinished.store(UInt32(count))
      ticket.store(UInt64(newEpoch) << 32, ordering: .sequentiallyConsistent)
      epoch.store(newEpoch)
      epoch.wakeAll(sleepers: epochSleepers)
      runChunks(of: newEpoch, thread: 0)
      while true {
        let left = unfinished.load()
        if left == 0 { break }
        unfinished.wait(whileEqualTo: left, spinCount: spinCount, sleepers: unfinishedSleepers)
      }
    }
  }

  /// Claims and runs chunks of `epoch` until none is left or the leader has moved on.
  private func runChunks(of epoch: UInt32, thread: Int) {
    while true {
      let current = ticket.load(ordering: .sequentiallyConsistent)
      guard UInt32(truncatingIfNeeded: current >> 32) == epoch else { return }
      let index = Int(current & Self.closed)
      let box = operation.load(ordering: .acquiring)
      guard index < chunkCount.load(ordering: .acquiring) else { return }
      let claimed = ticket.compareExchange(
        expected: current, desired: current + 1, ordering: .sequentiallyConsistent)
      guard claimed.exchanged else { continue }
      box!.assumingMemoryBound(to: (any ParallelOperation).self).pointee.runChunk(index, thread: thread)
      if unfinished.subtract(1) == 0 { unfinished.wakeAll(sleepers: unfinishedSleepers) }
    }
  }

  func work(thread: Int) {
    var seen: UInt32 = 0
    while true {
      epoch.wait(whileEqualTo: seen, spinCount: spinCount, sleepers: epochSleepers)
      seen = epoch.load()
      if stopping.load(ordering: .sequentiallyConsistent) { return }
      runChunks(of: seen, thread: thread)
    }
  }

  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    _ = epoch.add(1)
    epoch.wakeAll(sleepers: epochSleepers)
  }
}
