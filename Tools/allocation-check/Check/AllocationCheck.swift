import AcceptanceHead
import CAllocationCount
import Decoding
import GGUF
import Glibc
import Inference
import KernelDispatch
import Platform
import Sampling
import Synthesis
import SystemPackage
import TensorTypes

/// Counts heap allocations while each mode decodes with the pair in Models/, and one mode with each family of models:
/// there must be none.
///
/// A program of its own, and not a test, since only optimized code keeps closures and small arrays off the heap.
@main
struct AllocationCheck {
  private static let warmUpTokenCount = 64
  private static let tokenCount = 256
  private static let target = FilePath("Models/pycode-7m-q8_0.gguf")
  private static let draft = FilePath("Models/pycode-1m-q8_0.gguf")

  static func main() throws {
    let modes: [(String, DecodingMode)] = [
      ("ar", .autoregressive), ("sd", .speculative(draftLength: 4)),
      ("lockstep pearl", .lockstepPEARL(draftLength: 4)), ("pearl", .freeRunningPEARL), ("auto", .automatic),
    ]
    var isClean = true
    for (name, mode) in modes {
      for temperature: Float in [0, 0.8] {
        for verification in [VerificationMethod.coupled, .rejection] {
          for laneCount in mode == .autoregressive ? [1] : [1, 2] {
            let count = try allocations(
              target, draft, mode, verification, temperature: temperature, hasDraftLane: laneCount == 2)
            print(
              "\(name), temperature \(temperature), \(verification), \(laneCount) lane(s): \(count) allocations"
            )
            isClean = isClean && count == 0
          }
        }
      }
    }
    for guesser in GuesserMethod.allCases {
      let count = try allocations(
        target, draft, .lockstepPEARL(draftLength: 4), .coupled, temperature: 0, hasDraftLane: true,
        guessers: [guesser])
      print("pearl with \(guesser): \(count) allocations")
      isClean = isClean && count == 0
    }
    for architecture in ModelShape.Architecture.allCases {
      let path = try synthesize(architecture)
      defer { unlink(path.string) }
      let count = try allocations(
        path, path, .lockstepPEARL(draftLength: 4), .coupled, temperature: 0.8, hasDraftLane: true)
      print("\(architecture): \(count) allocations")
      isClean = isClean && count == 0
    }
    let headCount = headAllocations()
    print("acceptance head: \(headCount) allocations")
    isClean = isClean && headCount == 0
    // A counter that sees nothing would prove nothing.
    let total = allocation_count()
    print("\(total) allocations outside the loops")
    if !isClean || total < 1000 { exit(1) }
  }

  /// A small model of a family in a file of its own.
  private static func synthesize(_ architecture: ModelShape.Architecture) throws -> FilePath {
    var shape = ModelShape("64,2,4,2,96,2000")!
    shape.architecture = architecture
    let path = FilePath(".build/allocation-check.gguf")
    let model = try SyntheticModel(
      shape: shape, type: { _, _ in .q8_0 }, tokenizer: GGUFFile(path: target), contextLength: 512, seed: 1)
    try model.write(to: path)
    return path
  }

  /// Allocations of predictions by a head as wide as the draft.
  private static func headAllocations() -> UInt64 {
    let shape = HeadShape(hiddenSize: 128, blockCount: 3)
    let values = (0..<shape.parameterCount).map { Float($0 % 7 - 3) / 50 }
    let head = AcceptanceHead(HeadParameters(shape: shape, values: values), rejectionWeight: 6)
    let state = [Float](repeating: 0.5, count: shape.hiddenSize)
    let before = allocation_count()
    for _ in 0..<100 { _ = state.withUnsafeBufferPointer { head.unweighted(head.probability(of: $0)) } }
    return allocation_count() - before
  }

  private static func allocations(
    _ target: FilePath, _ draft: FilePath, _ mode: DecodingMode, _ verification: VerificationMethod,
    temperature: Float, hasDraftLane: Bool, guessers: [GuesserMethod] = []
  ) throws -> UInt64 {
    let positions = warmUpTokenCount + tokenCount + 8
    let scheduler = try Scheduler(
      target: model(target, positions, threadCount: 2),
      draft: mode == .autoregressive ? nil : model(draft, positions, threadCount: 1),
      means: DraftingMeans(guessers: guessers.map(\.guesser)), mode: mode, verification: verification,
      sampling: SamplingParameters(temperature: temperature, seed: 1),
      lane: hasDraftLane ? LaneThread(name: "draft", cpu: nil) : nil)
    var committed = 0
    var before: UInt64 = 0
    var after: UInt64 = 0
    let limits = GenerationLimits(maximumTokenCount: warmUpTokenCount + tokenCount, ignoresEndTokens: true)
    _ = try scheduler.generate(after: [1], limits: limits) { _ in
      committed += 1
      if committed == warmUpTokenCount { before = allocation_count() }
      if committed == warmUpTokenCount + tokenCount - 1 { after = allocation_count() }
      return .continue
    }
    return after - before
  }

  private static func model(_ path: FilePath, _ positions: Int, threadCount: Int) throws -> TransformerModel {
    let team = ThreadTeam(name: "check", cpus: Array(repeating: nil, count: threadCount))
    let weights = try ModelWeights(GGUFFile(path: path), kernels: KernelLibrary.best(), team: team)
    return try TransformerModel(weights, team: team, contextLength: positions)
  }
}
