import ArgumentParser
import Decoding
import Foundation
import GGUF
import Inference
import KernelDispatch
import Platform
import Sampling
import SystemPackage
import TensorTypes
import Tokenization
import Topology

/// A target and perhaps a draft, loaded, each with its threads.
final class ModelPair {
  let options: ModelOptions
  let tokenizer: any Tokenizer
  let kernels: KernelLibrary
  let plan: ThreadPlan
  let placement: PlacementPlan
  private let target: ModelWeights
  private let draft: ModelWeights?
  private let targetTeam: ThreadTeam
  private let draftTeam: ThreadTeam
  /// What the last generator runs; kept to tell where it is.
  private var running: (target: TransformerModel, draft: TransformerModel?, lane: LaneThread?)?

  /// - Parameter other: A pair of the same files, whose weights are used instead of a second copy.
  init(_ options: ModelOptions, sharing other: ModelPair? = nil) throws {
    // First: what is wrong with it is quickly said.
    let topology = MachineTopology.current()
    let plan = try options.threadPlan(on: topology)
    let targetFile = try GGUFFile(path: FilePath(options.targetPath))
    let draftFile = try options.draftPath.map { try GGUFFile(path: FilePath($0)) }
    self.options = options
    tokenizer = try loadTokenizer(from: targetFile)
    if let draftFile {
      try checkVocabularies(tokenizer, targetFile, loadTokenizer(from: draftFile), draftFile)
    }
    kernels = try KernelLibrary.best()
    self.plan = plan
    let placement = PlacementPlan(
      plan, on: topology, copiesMappedTensors: !options.placement.leavesMapped)
    self.placement = placement
    if plan.omittedThreadCount > 0 {
      Self.warn("more threads than CPUs: \(plan.omittedThreadCount) of them are not started")
    }
    if plan.isOversubscribed {
      Self.warn("more threads than there is processor time for: they will wait for each other")
    }
    let isElastic = plan.hasDraftLane && options.elastic && !plan.isOversubscribed
    let targetTeam = ThreadTeam(
      name: "target", cpus: plan.targetCPUs, nodes: placement.target.threadNodes,
      guestCapacity: isElastic ? plan.draftCPUs.count : 0, spin: plan.spin)
    // Models that take turns share one team: idle workers of a second one would be in the way.
    let sharesTeam = !plan.hasDraftLane && [[], plan.targetCPUs].contains(plan.draftCPUs)
    let draftTeam =
      sharesTeam
      ? targetTeam
      : ThreadTeam(
        name: "draft", cpus: plan.draftCPUs, nodes: placement.draft.threadNodes,
        guestCapacity: isElastic ? plan.targetCPUs.count : 0, spin: plan.spin)
    if isElastic { ThreadTeam.pair(targetTeam, draftTeam) }
    (self.targetTeam, self.draftTeam) = (targetTeam, draftTeam)
    let progress = ProgressLine("loading")
    target =
      try other?.target
      ?? ModelWeights(
        targetFile, kernels: kernels, team: targetTeam, placement: placement.target.memory
      ) { progress.show($0) }
    draft = try draftFile.map { [kernels] in
      try other?.draft
        ?? ModelWeights($0, kernels: kernels, team: draftTeam, placement: placement.draft.memory)
    }
    progress.finish()
  }

  /// The tokens of a prompt, BOS included where the model has one.
  func encode(_ prompt: String) throws -> [TokenID] {
    let tokens = tokenizer.encode(prompt, addSpecial: true, parseSpecial: false)
    guard !tokens.isEmpty else {
      throw ValidationError("the prompt is empty, and the model has no token that begins a text")
    }
    return tokens
  }

  /// Makes what generates: models with caches, lanes and the mode's schedule.
  /// - Parameter positionCount: Positions that will be needed; caches are cut to the models' own limits.
  func generator(
    sampling: SamplingParameters, verification: VerificationMethod, positionCount: Int
  ) throws -> Scheduler {
    let model = { [options] (weights: ModelWeights, team: ThreadTeam, memory: LanePlacement) in
      let trained = weights.configuration.trainedContextLength
      return try TransformerModel(
        weights, team: team, contextLength: min(max(positionCount, 1), trained), cacheType: options.kvType,
        placement: memory)
    }
    let target = try model(target, targetTeam, placement.target.memory)
    let draft = try draft.map { try model($0, draftTeam, placement.draft.memory) }
    let lane =
      plan.hasDraftLane
      ? LaneThread(
        name: "draft", cpu: plan.draftCPUs[0], spin: plan.spin, team: draftTeam, ownersTeam: targetTeam)
      : nil
    let scheduler = try Scheduler(
      target: target, draft: draft, mode: decodingMode, verification: verification, sampling: sampling,
      lane: lane)
    // Last: threads made after it would inherit the mask.
    targetTeam.pinLeader()
    running = (target, draft, lane)
    return scheduler
  }

  /// Where the threads and, if asked, the memory of the last generator are. Called by the thread that it runs on.
  /// - Precondition: There is a generator.
  func placementReport(withMemory: Bool) -> PlacementReport {
    let running = running!
    var threads = [targetTeam.leaderPlacement] + targetTeam.workerPlacements
    if let lane = running.lane { threads.append(lane.placement) }
    if draftTeam !== targetTeam { threads += draftTeam.workerPlacements }
    let models = withMemory ? [("target", running.target), ("draft", running.draft)] : []
    return PlacementReport(
      threads: threads, buffers: models.flatMap { name, model in model?.bufferPlacements(name) ?? [] })
  }

  private var decodingMode: DecodingMode {
    switch options.effectiveMode {
    case .ar: .autoregressive
    case .sd: .speculative(draftLength: options.draftLength)
    case .pearl: .lockstepPEARL(draftLength: options.draftLength)
    }
  }

  static func warn(_ text: String) { FileHandle.standardError.write(Data("warning: \(text)\n".utf8)) }
}

private func checkVocabularies(
  _ target: any Tokenizer, _ targetFile: GGUFFile, _ draft: any Tokenizer, _ draftFile: GGUFFile
) throws {
  guard let difference = target.vocabulary.firstDifference(from: draft.vocabulary) else { return }
  throw ValidationError(
    """
    \(targetFile.path) and \(draftFile.path) have different vocabularies: \(difference). \
    A draft must have the target's vocabulary.
    """)
}
