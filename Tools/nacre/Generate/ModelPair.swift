import AcceptanceHead
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
  let lanes: LaneTeams
  /// How the layout was found, if it was measured.
  let layoutReason: String?
  /// What passes cost on this layout; nil where nobody needs to know.
  let costs: MeasuredCosts?
  let weights: PairWeights
  /// How well the models agreed in earlier programs; nil: not known.
  let agreement: PairAgreement?
  /// What the last generator runs; kept to tell where it is.
  var running: (target: TransformerModel, draft: TransformerModel?)?

  var plan: ThreadPlan { lanes.plan }
  var placement: PlacementPlan { lanes.placement }

  /// - Parameter others: Pairs of the same files, whose weights are used instead of a second copy, and whose threads
  ///   where they are on the same CPUs.
  init(_ options: ModelOptions, sharing others: [ModelPair] = []) throws {
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
    let kernels = try KernelLibrary.best()
    self.kernels = kernels
    Self.warn(of: plan)
    let loader = PairLoader(targetFile: targetFile, draftFile: draftFile, kernels: kernels)
    let placement = { (plan: ThreadPlan, warn: (String) -> Void) in
      try others.first?.placement.moved(to: plan, on: topology)
        ?? Self.placement(of: plan, on: topology, options, target: targetFile, draft: draftFile, warn: warn)
    }
    let teams = { (plan: ThreadPlan, warn: (String) -> Void) in
      let twin = others.first { $0.plan == plan && $0.options.elastic == options.elastic }
      return try twin?.lanes
        ?? LaneTeams(plan, placement: placement(plan, warn), isElastic: options.elastic)
    }
    let shared = others.first.map { first in
      PairWeights(
        target: first.weights.target,
        draft: draftFile == nil ? nil : others.lazy.compactMap(\.weights.draft).first)
    }
    let lanes = try teams(plan, Self.warn)
    agreement = try options.memory?.agreements[options.pairKey()]
    let choice = try options.layoutChoice(
      on: topology, level: kernels.level, acceptance: agreement?.acceptance)
    if let choice {
      let byteCount = targetFile.byteCount + (draftFile?.byteCount ?? 0)
      let chosen = try choice.best(
        preferred: lanes,
        with: .init(
          lanes: { try teams($0) { _ in } }, load: loader.load, shared: shared,
          hasRoomForAnother: { ProcessMemory.hasRoom(forByteCount: byteCount + byteCount / 4) }))
      (self.lanes, weights, costs) = (chosen.lanes, chosen.weights, chosen.costs)
      layoutReason = chosen.reason
    } else {
      (self.lanes, weights, costs) = (lanes, try shared ?? loader.load(for: lanes), nil)
      layoutReason = nil
    }
  }

  /// Pairs of the same files for several ways to run them, in that order; weights are loaded once.
  ///
  /// All must be made before the first generator, which pins this thread.
  /// - Precondition: There is a configuration.
  static func all(_ configurations: [ModelOptions]) throws -> [ModelPair] {
    // The first that is loaded has both models.
    let first = try configurations.firstIndex { try $0.draftPath != nil } ?? 0
    var made = [try ModelPair(configurations[first])]
    for (index, options) in configurations.enumerated() where index != first {
      made.append(try ModelPair(options, sharing: made))
    }
    return Array(made[1..<(first + 1)]) + [made[0]] + made[(first + 1)...]
  }

  /// The tokens of a prompt, BOS included where the model has one.
  func encode(_ prompt: String) throws -> [TokenID] {
    let tokens = tokenizer.encode(prompt, addSpecial: true, parseSpecial: false)
    guard !tokens.isEmpty else {
      throw ValidationError("the prompt is empty, and the model has no token that begins a text")
    }
    return tokens
  }

  /// Puts this thread where the target's first thread belongs: before its models compute.
  func pinLeader() { lanes.target.pinLeader() }

  /// Bytes per second that the target's threads read from memory.
  func readBandwidth() -> Double { BandwidthProbe(kernels: kernels, team: lanes.target).bytesPerSecond() }

  /// Where the threads and, if asked, the memory of the last generator are. Called by the thread that it runs on.
  /// - Precondition: There is a generator.
  func placementReport(withMemory: Bool) -> PlacementReport {
    let running = running!
    let models = withMemory ? [("target", running.target), ("draft", running.draft)] : []
    return PlacementReport(
      threads: lanes.threadPlacements,
      buffers: models.flatMap { name, model in model?.bufferPlacements(name) ?? [] })
  }

  /// Where models that are loaded now shall be. Warns where they do not fit there.
  private static func placement(
    of threads: ThreadPlan, on topology: MachineTopology, _ options: ModelOptions, target: GGUFFile,
    draft: GGUFFile?, warn: (String) -> Void
  ) throws -> PlacementPlan {
    var plan = PlacementPlan(threads, on: topology, copiesMappedTensors: !options.placement.leavesMapped)
    guard plan.isAskedFor else { return plan }
    let memory = { (file: GGUFFile, threadCount: Int) in
      try ModelMemory(
        file, copiesMappedTensors: plan.copiesMappedTensors, cacheType: options.kvType,
        contextLength: PlacementPlan.expectedContextLength, threadCount: threadCount)
    }
    let room = { (node: Int) in NodeMemory(node: node)?.roomByteCount }
    let targetMemory = try memory(target, threads.targetCPUs.count)
    let draftMemory = try draft.map { try memory($0, threads.draftCPUs.count) }
    plan.spread(target: targetMemory, draft: draftMemory, on: topology, room: room).forEach(warn)
    return plan
  }

  private static func warn(of plan: ThreadPlan) {
    if plan.omittedThreadCount > 0 {
      warn("more threads than CPUs: \(plan.omittedThreadCount) of them are not started")
    }
    if plan.isOversubscribed {
      warn("more threads than there is processor time for: they will wait for each other")
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
