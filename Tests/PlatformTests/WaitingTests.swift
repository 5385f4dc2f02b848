import Glibc
import Platform
import Testing

/// Sleeps as long as it runs: whoever waits for it has nothing to do.
private final class SleepingJob: Job {
  func run() { usleep(300_000) }
}

/// The same, longest on the worker.
private final class SleepingOperation: ParallelOperation {
  let chunkCount = 2
  func runChunk(_ index: Int, thread: Int) { usleep(thread == 0 ? 30_000 : 300_000) }
}

/// Processor time of the calling thread: what it burns, however busy the machine is.
private func processorTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

@Suite("Waiting costs next to no processor time", .serialized)
struct WaitingTests {
  private let limit = Duration.milliseconds(60)

  @Test("for a lane's long job", arguments: [SpinBudget.none, .brief, .short])
  func lane(spin: SpinBudget) {
    let lane = LaneThread(name: "lane", cpu: nil, spin: spin)
    let job = SleepingJob()
    let before = processorTime()
    lane.start(job)
    lane.wait()
    #expect(processorTime() - before < limit)
  }

  @Test("for a team's slow worker", arguments: [SpinBudget.none, .brief, .short])
  func team(spin: SpinBudget) {
    let team = ThreadTeam(name: "team", cpus: [nil, nil], spin: spin)
    let operation = SleepingOperation()
    let before = processorTime()
    team.run(operation)
    #expect(processorTime() - before < limit)
  }

  @Test("for the next operation, as an idle worker")
  func worker() {
    final class Clocks: ParallelOperation {
      let chunkCount = 64
      var times = [Duration?](repeating: nil, count: 64)
      func runChunk(_ index: Int, thread: Int) {
        usleep(2000)
        if thread == 1 { times[index] = processorTime() }
      }
    }
    let team = ThreadTeam(name: "team", cpus: [nil, nil], spin: .short)
    let (first, second) = (Clocks(), Clocks())
    team.run(first)
    usleep(400_000)
    team.run(second)
    if let before = first.times.compactMap(\.self).max(), let after = second.times.compactMap(\.self).max() {
      #expect(after - before < limit)
    }
  }
}
