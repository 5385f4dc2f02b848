import Platform
import Synchronization
import Testing
import Topology

private final class CountingOperation: ParallelOperation {
  let chunkCount: Int
  let counts: UnsafeMutablePointer<Int>
  init(chunkCount: Int) {
    self.chunkCount = chunkCount
    counts = .allocate(capacity: max(chunkCount, 1))
    counts.initialize(repeating: 0, count: max(chunkCount, 1))
  }
  deinit { counts.deallocate() }
  func runChunk(_ index: Int, thread: Int) { counts[index] += 1 }
}

private final class CountingJob: Job {
  var runCount = 0
  func run() { runCount += 1 }
}

@Suite struct ThreadTeamTests {
  @Test("every chunk of every operation runs exactly once", arguments: [1, 2, 3, 4], [0, 1, 2, 7, 64])
  func chunksRunOnce(threadCount: Int, chunkCount: Int) {
    for spin in [SpinBudget.none, .short] {
      let team = ThreadTeam(name: "test", cpus: Array(repeating: nil, count: threadCount), spin: spin)
      let operation = CountingOperation(chunkCount: chunkCount)
      for _ in 0..<300 { team.run(operation) }
      for index in 0..<chunkCount { #expect(operation.counts[index] == 300) }
    }
  }

  @Test("operations of different sizes may follow each other at once")
  func alternatingOperations() {
    let team = ThreadTeam(name: "test", cpus: [nil, nil, nil])
    let operations = [3, 17, 2, 40].map(CountingOperation.init)
    for _ in 0..<500 { for operation in operations { team.run(operation) } }
    for operation in operations {
      for index in 0..<operation.chunkCount { #expect(operation.counts[index] == 500) }
    }
  }

  @Test("a worker that comes late for a small operation takes no chunk of a larger one that follows")
  func lateWorkers() {
    let cpus = CPUBudget.current().allowedCPUs
    let team = ThreadTeam(name: "test", cpus: (0..<4).map { cpus[$0 % cpus.count] }, spin: .short)
    let operations = [2, 64].map(CountingOperation.init)
    let count = 100_000
    for _ in 0..<count { for operation in operations { team.run(operation) } }
    for operation in operations {
      for index in 0..<operation.chunkCount { #expect(operation.counts[index] == count) }
    }
  }

  @Test("two teams on one CPU finish without spinning against each other")
  func twoTeamsOnOneCPU() {
    let cpu = CPUBudget.current().allowedCPUs[0]
    let teams = (0..<2).map { ThreadTeam(name: "team\($0)", cpus: [cpu, cpu], spin: .none) }
    let operation = CountingOperation(chunkCount: 8)
    for _ in 0..<200 { for team in teams { team.run(operation) } }
    #expect(operation.counts[7] == 400)
  }
}

@Suite struct LaneThreadTests {
  @Test("a lane runs each job once, and wait returns after it", arguments: [SpinBudget.none, .short])
  func jobsRunOnce(spin: SpinBudget) {
    let lane = LaneThread(name: "lane", cpu: nil, spin: spin)
    let job = CountingJob()
    for expected in 1...500 {
      lane.start(job)
      lane.wait()
      #expect(job.runCount == expected)
    }
  }

  @Test("waiting without a job returns at once, and a lane may end with a job running")
  func edges() {
    let job = CountingJob()
    do {
      let lane = LaneThread(name: "lane", cpu: nil)
      lane.wait()
      lane.start(job)
    }
    #expect(job.runCount == 1)
  }
}
