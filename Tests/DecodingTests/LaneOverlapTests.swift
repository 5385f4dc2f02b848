import Decoding
import Inference
import Platform
import Sampling
import TensorTypes
import TestSupport
import Testing
import Topology

@Suite("Lanes on two CPUs")
struct LaneOverlapTests {
  private static let cpus = CPUBudget.current().allowedCPUs

  /// A generation as a job, so that the target's lane too is a pinned thread and no thread of the test runner.
  private final class Generation: Job {
    let cpus: [Int]
    let mode: DecodingMode
    private(set) var outcome:
      Result<(tokens: [TokenID], telemetry: DecodingTelemetry, trace: [PassInterval]), any Error>?

    init(_ mode: DecodingMode, cpus: [Int]) {
      self.cpus = cpus
      self.mode = mode
    }

    func run() { outcome = Result { try generate() } }

    private func generate() throws -> ([TokenID], DecodingTelemetry, [PassInterval]) {
      let scheduler = try Scheduler(
        target: try loadModel(PackagePaths.target, contextLength: 300),
        draft: try loadModel(PackagePaths.draft, contextLength: 300), mode: mode, sampling: .greedy,
        lane: LaneThread(name: "draft", cpu: cpus[1]))
      scheduler.recordsTrace = true
      var tokens: [TokenID] = []
      let result = try scheduler.generate(
        after: [1, 20, 33], limits: .init(maximumTokenCount: 200, ignoresEndTokens: true)
      ) {
        tokens.append($0.id)
        return .continue
      }
      return (tokens, result.telemetry, scheduler.trace)
    }

    static func outcome(
      _ mode: DecodingMode, cpus: [Int]
    ) throws -> (tokens: [TokenID], telemetry: DecodingTelemetry, trace: [PassInterval]) {
      let generation = Generation(mode, cpus: cpus)
      let targetLane = LaneThread(name: "target", cpu: cpus[0])
      targetLane.start(generation)
      targetLane.wait()
      return try generation.outcome!.get()
    }
  }

  @Test(
    "draft and target compute at the same time, each on its own CPU, and write what the target alone writes",
    .enabled(if: cpus.count >= 2, "two lanes need two CPUs; there is one"))
  func overlap() throws {
    let cpus = Array(Self.cpus.prefix(2))
    let (tokens, telemetry, trace) = try Generation.outcome(.lockstepPEARL(draftLength: 4), cpus: cpus)
    #expect(Set(trace.filter { $0.lane == .target }.map(\.cpu)) == [cpus[0]])
    #expect(Set(trace.filter { $0.lane == .draft }.map(\.cpu)) == [cpus[1]])

    // A pass and the drafting beside it stand next to each other in the trace.
    var total = Duration.zero
    var (roundCount, overlappingCount) = (0, 0)
    for (pass, drafting) in zip(trace, trace.dropFirst())
    where pass.lane == .target && pass.tokenCount > 0 && drafting.lane == .draft {
      let common = min(pass.end, drafting.end) - max(pass.start, drafting.start)
      roundCount += 1
      if common > .zero {
        overlappingCount += 1
        total += common
      }
    }
    #expect(total > .zero)
    // An interval of the draft holds several steps, and the time between them.
    #expect(telemetry.overlapped <= total)
    #expect(telemetry.overlapped * 10 >= total * 8)
    // Nearly all in peace; on a busy machine a lane may come too late for many a round, but hardly for nine of ten.
    #expect(overlappingCount * 10 >= roundCount, "\(overlappingCount) of \(roundCount) rounds")
    #expect(try Generation.outcome(.autoregressive, cpus: cpus).tokens == tokens)
  }

  @Test("each lane's passes follow one another: a lane does one thing at a time")
  func lanesAreSequential() throws {
    let cpu = try #require(Self.cpus.first)
    let trace = try Generation.outcome(.lockstepPEARL(draftLength: 3), cpus: [cpu, cpu]).trace
    for lane in [PassInterval.Lane.target, .draft] {
      let passes = trace.filter { $0.lane == lane }
      #expect(passes.count > 10)
      for (one, next) in zip(passes, passes.dropFirst()) { #expect(one.end <= next.start) }
    }
  }
}
