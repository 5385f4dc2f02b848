import CAllocationCount
import Decoding
import GGUF
import Glibc
import Inference
import KernelDispatch
import Platform
import Sampling
import SystemPackage
import TensorTypes

/// Counts heap allocations while each mode decodes with the pair in Models/: there must be none.
///
/// A program of its own, and not a test, since only optimized code keeps closures and small arrays off the heap.
@main
struct AllocationCheck {
  private static let warmUpTokenCount = 64
  private static let tokenCount = 256

  static func main() throws {
    let modes: [(String, DecodingMode)] = [
      ("ar", .autoregressive), ("sd", .speculative(draftLength: 4)),
      ("pearl", .lockstepPEARL(draftLength: 4)),
    ]
    var isClean = true
    for (name, mode) in modes {
      for temperature: Float in [0, 0.8] {
        for verification in [VerificationMethod.coupled, .rejection] {
          for laneCount in mode == .autoregressive ? [1] : [1, 2] {
            let count = try allocations(
              mode, verification, temperature: temperature, hasDraftLane: laneCount == 2)
            print(
              "\(name), temperature \(temperature), \(verification), \(laneCount) lane(s): \(count) allocations"
            )
            isClean = isClean && count == 0
          }
        }
      }
    }
    // A counter that sees nothing would prove nothing.
    let total = allocation_count()
    print("\(total) allocations outside the loops")
    if !isClean || total < 1000 { exit(1) }
  }

  private static func allocations(
    _ mode: DecodingMode, _ verification: VerificationMethod, temperature: Float, hasDraftLane: Bool
  ) throws -> UInt64 {
    let positions = warmUpTokenCount + tokenCount + 8
    let scheduler = try Scheduler(
      target: model("Models/pycode-7m-q8_0.gguf", positions, threadCount: 2),
      draft: mode == .autoregressive ? nil : model("Models/pycode-1m-q8_0.gguf", positions, threadCount: 1),
      mode: mode, verification: verification, sampling: SamplingParameters(temperature: temperature, seed: 1),
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

  private static func model(_ path: String, _ positions: Int, threadCount: Int) throws -> LlamaModel {
    let team = ThreadTeam(name: "check", cpus: Array(repeating: nil, count: threadCount))
    let weights = try ModelWeights(GGUFFile(path: FilePath(path)), kernels: KernelLibrary.best(), team: team)
    return try LlamaModel(weights, team: team, contextLength: positions)
  }
}
