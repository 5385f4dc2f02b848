import Glibc
import Synchronization
import SystemPackage
import Topology
import Testing

@testable import Platform

@Suite("Thread placement") struct ThreadPlacementTests {
  @Test("a pinned thread may run on its CPU alone, and does")
  func pinned() throws {
    let cpu = try #require(CPUBudget.current().allowedCPUs.last)
    let lane = LaneThread(name: "lane", cpu: cpu, spin: .none)
    let placement = lane.placement
    #expect((placement.name, placement.askedCPU) == ("lane", cpu))
    #expect(placement.allowedCPUs == [cpu] && placement.currentCPU == cpu)
    #expect(placement.isAsAsked && placement.pinError == nil && placement.warning == nil)
  }

  @Test("a thread that cannot be pinned says why", arguments: [8000, 8192, .max])
  func notPinned(cpu: Int) {
    let team = ThreadTeam(name: "team", cpus: [nil, cpu], spin: .none)
    let placement = team.workerPlacements[0]
    #expect(placement.name == "team-1" && placement.pinError == .invalidArgument && !placement.isAsAsked)
    #expect(placement.allowedCPUs == CPUBudget.current().allowedCPUs)
    #expect(placement.warning?.hasPrefix("thread team-1: asked for CPU \(cpu), may run on ") == true)
  }

  @Test("a thread that was not asked to be anywhere is where it should be")
  func anywhere() {
    let team = ThreadTeam(name: "team", cpus: [nil, nil], spin: .none)
    team.pinLeader()
    for placement in [team.leaderPlacement] + team.workerPlacements {
      #expect(placement.isAsAsked && placement.warning == nil && placement.currentCPU != nil)
    }
  }

  @Test("the last CPU is field 39, whatever the thread's name is")
  func lastCPU() {
    let fields = (3...52).map(String.init).joined(separator: " ")
    #expect(ThreadPlacement.lastCPU(statistics: "7 (nacre) \(fields)") == 39)
    #expect(ThreadPlacement.lastCPU(statistics: "7 (a) b) c (d) \(fields)\n") == 39)
    #expect(ThreadPlacement.lastCPU(statistics: "7 (nacre) S 1 2") == nil)
    #expect(ThreadPlacement.lastCPU(statistics: "") == nil)
  }
}

/// Chunks with homes; each waits until all threads of the team have one.
private final class MeetingOperation: ParallelOperation {
  let chunkCounts: [Int]
  let threadCount: Int
  let threads: UnsafeMutablePointer<Int>
  private let arrivedCount = Atomic<Int>(0)

  init(chunkCounts: [Int], threadCount: Int) {
    (self.chunkCounts, self.threadCount) = (chunkCounts, threadCount)
    threads = .allocate(capacity: chunkCounts.reduce(0, +))
  }

  deinit { threads.deallocate() }

  var chunkCount: Int { chunkCounts.reduce(0, +) }

  func chunks(ofHome home: Int) -> Range<Int> {
    let first = chunkCounts[..<home].reduce(0, +)
    return first..<first + chunkCounts[home]
  }

  func runChunk(_ index: Int, thread: Int) {
    threads[index] = thread
    arrivedCount.add(1, ordering: .sequentiallyConsistent)
    while arrivedCount.load(ordering: .sequentiallyConsistent) < threadCount { sched_yield() }
  }
}

@Suite("Homes of a team") struct TeamHomeTests {
  @Test("homes are the nodes of the threads, ascending")
  func homes() {
    #expect(TeamHome.homes(threadCount: 3, nodes: nil).homes == [TeamHome(node: nil, threadCount: 3)])
    let (homes, ofThread) = TeamHome.homes(threadCount: 4, nodes: [5, 2, 5, 5])
    #expect(homes == [TeamHome(node: 2, threadCount: 1), TeamHome(node: 5, threadCount: 3)])
    #expect(ofThread == [1, 0, 1, 1])
  }

  @Test(
    "as long as a home has chunks, its threads do those", arguments: [[0, 0, 1], [1, 0, 1], [2, 1, 0]])
  func ownChunksFirst(nodes: [Int]) {
    let team = ThreadTeam(name: "team", cpus: nodes.map { _ in nil }, nodes: nodes, spin: .none)
    for _ in 0..<50 {
      // As many chunks as threads, and no thread is done before all have one.
      let operation = MeetingOperation(chunkCounts: team.homes.map(\.threadCount), threadCount: nodes.count)
      team.run(operation)
      for (home, teamHome) in team.homes.enumerated() {
        for chunk in operation.chunks(ofHome: home) {
          #expect(nodes[operation.threads[chunk]] == teamHome.node)
        }
      }
    }
  }

  @Test(
    "when a home has none left, its threads help the others, and each chunk runs once",
    arguments: [[0, 12], [12, 0], [1, 7], [40, 2], [0, 1]])
  func otherChunksLater(chunkCounts: [Int]) {
    let team = ThreadTeam(name: "team", cpus: [nil, nil, nil], nodes: [0, 0, 1], spin: .none)
    for _ in 0..<300 {
      let operation = MeetingOperation(chunkCounts: chunkCounts, threadCount: 1)
      for chunk in 0..<operation.chunkCount { operation.threads[chunk] = -1 }
      team.run(operation)
      #expect((0..<operation.chunkCount).allSatisfy { (0..<3).contains(operation.threads[$0]) })
    }
  }
}
