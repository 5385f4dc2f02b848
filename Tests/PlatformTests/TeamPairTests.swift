import Glibc
import Platform
import Synchronization
import Testing

/// Counts how often each chunk ran, the chunks that guests did, and those that ran under a thread's number while another
/// of that number did.
private final class SharedOperation: ParallelOperation {
  /// More than any team of these tests has threads and guest places.
  private static let threadCapacity = 8

  let chunkCount: Int
  let counts: UnsafeMutablePointer<Int>
  let guestChunkCount = Atomic<Int>(0)
  let clashCount = Atomic<Int>(0)
  private let guests = Atomic<UInt64>(0)
  private let busy: UnsafeMutablePointer<Atomic<Bool>>
  private let ownThreadCount: Int
  private let microseconds: UInt32

  init(chunkCount: Int, ownThreadCount: Int, microseconds: UInt32 = 0) {
    self.chunkCount = chunkCount
    self.ownThreadCount = ownThreadCount
    self.microseconds = microseconds
    counts = .allocate(capacity: chunkCount)
    counts.initialize(repeating: 0, count: chunkCount)
    busy = .allocate(capacity: Self.threadCapacity)
    for thread in 0..<Self.threadCapacity { (busy + thread).initialize(to: Atomic(false)) }
  }

  deinit {
    counts.deallocate()
    busy.deinitialize(count: Self.threadCapacity)
    busy.deallocate()
  }

  /// Threads of another team that did any chunk.
  var guestThreadCount: Int { guests.load(ordering: .relaxed).nonzeroBitCount }

  func runChunk(_ index: Int, thread: Int) {
    if busy[thread].exchange(true, ordering: .relaxed) { clashCount.add(1, ordering: .relaxed) }
    counts[index] += 1
    if microseconds > 0 { usleep(microseconds) }
    if thread >= ownThreadCount {
      guestChunkCount.add(1, ordering: .relaxed)
      guests.bitwiseOr(1 << UInt64(thread), ordering: .relaxed)
    }
    busy[thread].store(false, ordering: .relaxed)
  }
}

/// Runs operations on its team.
private final class TeamJob: Job {
  let team: ThreadTeam
  let operations: [SharedOperation]

  init(_ team: ThreadTeam, _ operations: [SharedOperation]) {
    self.team = team
    self.operations = operations
  }

  func run() { for operation in operations { team.run(operation) } }
}

private func pairedTeams(_ firstCount: Int, _ secondCount: Int) -> (ThreadTeam, ThreadTeam) {
  let first = ThreadTeam(
    name: "first", cpus: Array(repeating: nil, count: firstCount), guestCapacity: secondCount)
  let second = ThreadTeam(
    name: "second", cpus: Array(repeating: nil, count: secondCount), guestCapacity: firstCount)
  ThreadTeam.pair(first, second)
  return (first, second)
}

@Suite("Two teams that lend each other their idle threads") struct TeamPairTests {
  @Test("an idle lane helps, with its whole team", arguments: [(1, 1), (2, 1), (1, 2), (2, 3)])
  func idleLane(counts: (first: Int, second: Int)) {
    let (first, second) = pairedTeams(counts.first, counts.second)
    let lane = LaneThread(name: "lane", cpu: nil, team: second, ownersTeam: first)
    lane.wait()
    // The lane sleeps if it was not scheduled for long; a job wakes it.
    for _ in 0..<1000 {
      lane.start(TeamJob(second, []))
      lane.wait()
      let operation = SharedOperation(chunkCount: 16, ownThreadCount: counts.first, microseconds: 100)
      first.run(operation)
      for index in 0..<16 { #expect(operation.counts[index] == 1) }
      if operation.guestChunkCount.load(ordering: .relaxed) > 0 { return }
    }
    Issue.record("nobody helped")
  }

  @Test("whoever waits for a lane helps it")
  func waitingOwner() {
    let (first, second) = pairedTeams(1, 1)
    let lane = LaneThread(name: "lane", cpu: nil, team: second, ownersTeam: first)
    // The owner sleeps if the lane does not come to work for long.
    for _ in 0..<1000 {
      let operation = SharedOperation(chunkCount: 16, ownThreadCount: 1, microseconds: 100)
      lane.start(TeamJob(second, [operation]))
      lane.wait()
      for index in 0..<16 { #expect(operation.counts[index] == 1) }
      if operation.guestChunkCount.load(ordering: .relaxed) > 0 { return }
    }
    Issue.record("nobody helped")
  }

  @Test("who has fallen asleep comes when called", arguments: [(1, 1), (1, 3)])
  func sleepers(counts: (first: Int, second: Int)) {
    let (first, second) = pairedTeams(counts.first, counts.second)
    let lane = LaneThread(name: "lane", cpu: nil, team: second, ownersTeam: first)
    // All of them, as soon as the machine has time for all within one operation.
    for _ in 0..<1000 {
      usleep(20_000)
      let operation = SharedOperation(chunkCount: 64, ownThreadCount: 1, microseconds: 500)
      first.callGuests()
      first.run(operation)
      if operation.guestThreadCount == counts.second { return lane.wait() }
    }
    Issue.record("somebody slept on")
  }

  @Test("every chunk runs exactly once while lanes come and go", arguments: [(1, 1), (2, 2)])
  func chunksRunOnce(counts: (first: Int, second: Int)) {
    let (first, second) = pairedTeams(counts.first, counts.second)
    let own = [3, 17, 2, 40].map { SharedOperation(chunkCount: $0, ownThreadCount: counts.first) }
    let lanes = [5, 1, 33].map { SharedOperation(chunkCount: $0, ownThreadCount: counts.second) }
    let lane = LaneThread(name: "lane", cpu: nil, team: second, ownersTeam: first)
    let job = TeamJob(second, lanes)
    for _ in 0..<2000 {
      lane.start(job)
      for operation in own { first.run(operation) }
      lane.wait()
    }
    for operation in own + lanes {
      for index in 0..<operation.chunkCount { #expect(operation.counts[index] == 2000) }
      #expect(operation.clashCount.load(ordering: .relaxed) == 0)
    }
  }

  @Test("a team has one lane at a time: two would help its partner under the same thread's number")
  func oneLane() async {
    let (first, second) = pairedTeams(1, 1)
    for _ in 0..<2 {
      let lane = LaneThread(name: "lane", cpu: nil, team: second, ownersTeam: first)
      let operation = SharedOperation(chunkCount: 16, ownThreadCount: 1, microseconds: 100)
      first.run(operation)
      lane.wait()
      #expect(operation.clashCount.load(ordering: .relaxed) == 0)
    }
    await #expect(processExitsWith: .failure) {
      let team = ThreadTeam(name: "team", cpus: [nil])
      let lane = LaneThread(name: "lane", cpu: nil, team: team)
      _ = LaneThread(name: "another", cpu: nil, team: team)
      lane.wait()
    }
  }

  @Test("a team that is gone is helped no more")
  func partnerEndsFirst() {
    var teams: (first: ThreadTeam?, second: ThreadTeam?) = pairedTeams(2, 2)
    let operation = SharedOperation(chunkCount: 64, ownThreadCount: 2)
    let lane = LaneThread(name: "lane", cpu: nil, team: teams.second)
    for _ in 0..<200 { teams.first!.run(operation) }
    teams.first = nil
    usleep(1000)
    lane.start(TeamJob(teams.second!, [operation]))
    lane.wait()
    for index in 0..<64 { #expect(operation.counts[index] == 201) }
  }
}
