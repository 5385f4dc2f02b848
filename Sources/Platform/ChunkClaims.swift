import Synchronization

/// What the leader and the workers of a team share: the operation, and who may claim which of its chunks.
final class ChunkClaims: @unchecked Sendable {
  // Invariant: `operation` and the homes' ends are written by the leader only while all tickets are closed. A worker
  // may read them at any time, but uses what it read only after it has claimed a chunk from the very ticket that it
  // had read before them: the claim fails if the leader has closed that ticket since.
  private let operation = Atomic<UnsafeRawPointer?>(nil)
  private let homes: UnsafeMutablePointer<Home>
  private let homeCount: Int
  private let homeOfLeader: Int
  let threadCount: Int
  private static let closed: UInt64 = 0xffff_ffff
  let epoch = FutexWord()
  let epochSleepers = FutexWord()
  private let unfinished = FutexWord()
  private let unfinishedSleepers = FutexWord()
  private let stopping = Atomic<Bool>(false)
  let spinCount: Int

  // Lending (ChunkClaims+Lending).
  /// The claims of the team that threads of this one are lent to; lives as long as this (`TeamPair`).
  let partner = Atomic<Unmanaged<ChunkClaims>?>(nil)
  let isLending = Atomic<Bool>(false)
  /// Changed for the leader that waits, when there is something to look at.
  let bell = FutexWord()
  let bellSleepers = FutexWord()

  /// The chunks of one home; a cache line or more, so that homes do not slow each other.
  private struct Home: ~Copyable {
    /// Epoch in the high half, next unclaimed chunk in the low half; `closed` there: nothing to claim.
    let ticket = Atomic<UInt64>(0)
    let end = Atomic<Int>(0)
    private let padding = (0, 0, 0, 0, 0, 0)
  }

  init(threadCount: Int, homeCount: Int, homeOfLeader: Int, spinCount: Int) {
    self.threadCount = threadCount
    self.homeOfLeader = homeOfLeader
    self.homeCount = homeCount
    self.spinCount = spinCount
    homes = UnsafeMutablePointer<Home>.allocate(capacity: homeCount)
    for home in 0..<homeCount { (homes + home).initialize(to: Home()) }
  }

  deinit {
    homes.deinitialize(count: homeCount)
    homes.deallocate()
    for word in [epoch, epochSleepers, unfinished, unfinishedSleepers, bell, bellSleepers] {
      word.deallocate()
    }
  }

  /// Called by the leader; returns when all chunks are done.
  func run(_ parallel: some ParallelOperation, chunkCount count: Int) {
    precondition(count < Int(UInt32.max))
    let box: any ParallelOperation = parallel
    withUnsafePointer(to: box) { pointer in
      let newEpoch = epoch.load() &+ 1
      // Who sees the new operation or an end has also seen that the old tickets are closed.
      for home in 0..<homeCount {
        homes[home].ticket.store(UInt64(newEpoch) << 32 | Self.closed, ordering: .sequentiallyConsistent)
      }
      operation.store(UnsafeRawPointer(pointer), ordering: .releasing)
      unfinished.store(UInt32(count))
      var first = 0
      for home in 0..<homeCount {
        let chunks = parallel.chunks(ofHome: home)
        precondition(chunks.lowerBound == first, "chunks between homes")
        first = chunks.upperBound
        homes[home].end.store(chunks.upperBound, ordering: .releasing)
        homes[home].ticket.store(
          UInt64(newEpoch) << 32 | UInt64(chunks.lowerBound), ordering: .sequentiallyConsistent)
      }
      precondition(first == count, "chunks of no home")
      epoch.store(newEpoch)
      epoch.wakeAll(sleepers: epochSleepers)
      runChunks(of: newEpoch, thread: 0, home: homeOfLeader)
      while true {
        let left = unfinished.load()
        if left == 0 { break }
        unfinished.wait(whileEqualTo: left, spinCount: spinCount, sleepers: unfinishedSleepers)
      }
    }
  }

  /// Claims and runs chunks of `epoch`, those of the thread's home first, until none is left or the leader has moved
  /// on.
  /// - Returns: How many it did.
  @discardableResult
  func runChunks(of epoch: UInt32, thread: Int, home: Int) -> Int {
    var count = runChunks(ofHome: home, epoch: epoch, thread: thread)
    for other in home + 1..<home + homeCount {
      count += runChunks(ofHome: other % homeCount, epoch: epoch, thread: thread)
    }
    return count
  }

  private func runChunks(ofHome home: Int, epoch: UInt32, thread: Int) -> Int {
    var count = 0
    while true {
      let current = homes[home].ticket.load(ordering: .sequentiallyConsistent)
      guard UInt32(truncatingIfNeeded: current >> 32) == epoch else { return count }
      let index = Int(current & Self.closed)
      let box = operation.load(ordering: .acquiring)
      guard index < homes[home].end.load(ordering: .acquiring) else { return count }
      let claimed = homes[home].ticket.compareExchange(
        expected: current, desired: current + 1, ordering: .sequentiallyConsistent)
      guard claimed.exchanged else { continue }
      box!.assumingMemoryBound(to: (any ParallelOperation).self).pointee.runChunk(index, thread: thread)
      count += 1
      if unfinished.subtract(1) == 0 { unfinished.wakeAll(sleepers: unfinishedSleepers) }
    }
  }

  /// The life of a worker; returns after `stop`.
  func work(thread: Int, home: Int) {
    var seen: UInt32 = 0
    var partnerSeen: UInt32 = 0
    while true {
      epoch.wait(whileEqualTo: seen, spinCount: spinCount, sleepers: epochSleepers) {
        helpPartner(thread: thread, seen: &partnerSeen)
      }
      seen = epoch.load()
      if stopping.load(ordering: .sequentiallyConsistent) { return }
      runChunks(of: seen, thread: thread, home: home)
    }
  }

  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    _ = epoch.add(1)
    epoch.wakeAll(sleepers: epochSleepers)
  }
}
