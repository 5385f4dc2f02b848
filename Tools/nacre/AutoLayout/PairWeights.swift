import GGUF
import Inference
import KernelDispatch

/// The weights of a pair, near the threads of some layout.
struct PairWeights {
  let target: ModelWeights
  /// Nil without a draft model.
  let draft: ModelWeights?
}

/// Reads a pair's weights, anew for every layout that wants them on other nodes.
struct PairLoader {
  let targetFile: GGUFFile
  let draftFile: GGUFFile?
  let kernels: KernelLibrary

  /// - Throws: `ModelError`.
  func load(for lanes: LaneTeams) throws -> PairWeights {
    let progress = ProgressLine("loading")
    defer { progress.finish() }
    let target = try ModelWeights(
      targetFile, kernels: kernels, team: lanes.target, placement: lanes.placement.target.memory
    ) { progress.show($0) }
    let draft = try draftFile.map {
      try ModelWeights($0, kernels: kernels, team: lanes.draft, placement: lanes.placement.draft.memory)
    }
    return PairWeights(target: target, draft: draft)
  }
}

extension LaneTeams {
  /// Whether weights that lie right for one lie right for the other.
  func hasSameMemory(as other: LaneTeams) -> Bool {
    placement.target.memory == other.placement.target.memory
      && placement.draft.memory == other.placement.draft.memory
  }
}
