import CPlatform
import Synchronization
import SystemPackage

/// A leader and pinned worker threads that do parallel operations together.
///
/// The leader is whatever thread calls `run`; one thread at a time. Chunks are claimed from a counter for each home, a
/// thread's own first; an operation is finished when all its chunks are done: nobody waits for a worker that sleeps or
/// came late.
public final class ThreadTeam: Sendable {
  private let name: String
  let shared: ChunkClaims
  private let workers: [PinnedThread]
  private let leaderPinError = Atomic<Int32>(0)
  private let pair = Mutex<TeamPair?>(nil)
  private let hasLane = Atomic<Bool>(false)

  /// Number of threads, the leader included.
  public var threadCount: Int { workers.count + 1 }

  /// How many threads of another team can help at the same time (`pair`).
  public let guestCapacity: Int

  /// More than any `thread` that an operation is run with.
  public var threadCapacity: Int { threadCount + guestCapacity }

  /// The CPUs that were asked for; the first is the leader's. `nil`: not pinned.
  public let cpus: [Int?]

  /// The NUMA nodes of the threads, ascending.
  public let homes: [TeamHome]

  /// Starts `cpus.count - 1` workers.
  /// - Parameters:
  ///   - name: Prefix of the threads' names.
  ///   - cpus: One entry per thread; the leader pins itself (`pinLeader()`).
  ///   - nodes: The NUMA node of each thread's CPU; nil where it does not matter.
  ///   - guestCapacity: Threads of a partner that may help.
  public init(
    name: String, cpus: [Int?], nodes: [Int]? = nil, guestCapacity: Int = 0, spin: SpinBudget = .short
  ) {
    precondition(!cpus.isEmpty, "a team has at least its leader")
    let (homes, homeOfThread) = TeamHome.homes(threadCount: cpus.count, nodes: nodes)
    let shared = ChunkClaims(
      threadCount: cpus.count, homeCount: homes.count, homeOfLeader: homeOfThread[0],
      spinCount: spin.pauseCount)
    self.name = name
    self.shared = shared
    self.cpus = cpus
    self.guestCapacity = guestCapacity
    self.homes = homes
    workers = cpus.indices.dropFirst().map { index in
      let home = homeOfThread[index]
      return PinnedThread(name: "\(name)-\(index)", cpu: cpus[index]) {
        shared.work(thread: index, home: home)
      }
    }
  }

  deinit {
    shared.stop()
    for worker in workers { worker.join() }
  }

  /// Pins the calling thread to the leader's CPU, if one was asked for; `leaderPlacement` tells whether it is.
  public func pinLeader() {
    if let cpu = cpus[0] {
      leaderPinError.store(pinCurrentThread(to: cpu)?.rawValue ?? 0, ordering: .relaxed)
    }
  }

  /// Where the leader is. Called by the leader.
  public var leaderPlacement: ThreadPlacement {
    let error = leaderPinError.load(ordering: .relaxed)
    return .ofCurrentThread(
      name: "\(name)-0", askedCPU: cpus[0], pinError: error == 0 ? nil : Errno(rawValue: error))
  }

  /// Where the workers are.
  public var workerPlacements: [ThreadPlacement] { workers.map(\.placement) }

  /// Does all chunks of `operation`; returns when the last one is done. Allocates nothing.
  public func run(_ operation: some ParallelOperation) {
    let chunkCount = operation.chunkCount
    if chunkCount <= 1 || (workers.isEmpty && !shared.mayHaveGuests) {
      for index in 0..<chunkCount { operation.runChunk(index, thread: 0) }
    } else {
      shared.run(operation, chunkCount: chunkCount)
    }
  }

  /// Reserves the team for the lane whose thread will lead it.
  /// - Returns: False if another lane has it.
  func takeLane() -> Bool { !hasLane.exchange(true, ordering: .relaxed) }

  func returnLane() { hasLane.store(false, ordering: .relaxed) }

  func setPair(_ newPair: TeamPair) { pair.withLock { $0 = newPair } }
}
