import ArgumentParser
import Decoding
import KernelDispatch
import Topology

/// How draft and target work together, as the command line names it.
enum ModeName: String, ExpressibleByArgument, CaseIterable, Codable {
  case ar, sd, pearl, auto
}

extension CacheType: ExpressibleByArgument {}

/// Which models run, how, and on how many threads.
struct ModelOptions: ParsableArguments {
  @Option(help: "The target: a GGUF file (default: the target of the pair that comes with Nacre).")
  var model: String?

  @Option(help: "The draft: a GGUF file with the same vocabulary.")
  var draft: String?

  @Option(
    help: """
      ar: the target alone; sd: draft, then verify; pearl: draft while verifying; auto: whatever is the fastest, chosen \
      anew as the text goes on (default: auto with a draft, else ar).
      """)
  var mode: ModeName?

  @Option(
    help: """
      Tokens that the draft proposes per step (default: sd 4, or at most 16 with a --policy that ends drafts earlier; \
      pearl without it runs freely: neither model waits for the other).
      """)
  var draftLength: Int?

  @OptionGroup var drafting: DraftingOptions

  @Option(help: "In what precision keys and values are cached; q8_0 takes about half the memory.")
  var kvType = CacheType.f16

  @OptionGroup var cores: LayoutOptions

  @Option(help: "The target's threads, on the first CPUs: shorthand where --layout says too much.")
  var threads: Int?

  @Option(help: "The draft's threads, on the CPUs after the target's (default: 1 with pearl, else as many).")
  var draftThreads: Int?

  @Flag(
    inversion: .prefixedNo,
    help: "In pearl, threads of one model help the other while they have nothing to do.")
  var elastic = true

  @OptionGroup var placement: PlacementOptions

  func validate() throws {
    guard draftLength.map({ (1...64).contains($0) }) ?? true else {
      throw ValidationError("--draft-length is not in 1...64.")
    }
    for (name, value) in [("--threads", threads), ("--draft-threads", draftThreads)] {
      guard value.map({ (1...1024).contains($0) }) ?? true else {
        throw ValidationError("\(name) is not in 1...1024.")
      }
    }
    guard cores.layout == nil || !hasThreadCounts else {
      throw ValidationError("--layout names the CPU of every thread; give no --threads or --draft-threads.")
    }
    if mode == .auto && draftLength != nil {
      throw ValidationError("--mode auto chooses how much is drafted; give no --draft-length.")
    }
    if let mode, mode != .ar, model != nil, draft == nil, drafting.drafter.hasModel {
      throw ValidationError("--mode \(mode.rawValue) needs --draft.")
    }
  }

  private var hasThreadCounts: Bool { threads != nil || draftThreads != nil }

  /// The CPUs of both models: those of a layout, or as many as the numbers of threads ask for.
  /// - Throws: `ValidationError` for a layout that cannot be had here.
  func threadPlan(on topology: MachineTopology) throws -> ThreadPlan {
    if hasThreadCounts {
      return ThreadPlan(
        mode: effectiveMode, budget: topology.budget, targetThreads: threads, draftThreads: draftThreads)
    }
    return ThreadPlan(try cores.resolve(on: topology, for: effectiveMode.use).layout)
  }

  /// What is remembered of pairs; nil if nothing shall be.
  var memory: PairMemory? { cores.forgetsLayouts ? nil : PairMemory(folder: cacheFolder) }

  /// Both models, as far as the mode has both, and who else drafts.
  func pairKey() throws -> String {
    let models = try [targetPath, draftPath].compactMap(\.self).map {
      try MeasurementConditions.Model(path: $0).fingerprint
    }
    return (models + drafting.drafter.guessers.map(\.rawValue)).joined(separator: " ")
  }

  /// What measures layouts where none was asked for.
  /// - Parameter acceptance: α of the pair, as far as it is known.
  func layoutChoice(
    on topology: MachineTopology, level: KernelLevel, acceptance: Double?
  ) throws -> LayoutChoice? {
    let isFree = try !hasThreadCounts && cores.request()?.isAutomatic ?? true
    // Modes of fixed lengths on a layout that was asked for need to know nothing.
    guard isFree || decodingMode.choosesLengths || drafting.policy == .cost else { return nil }
    // Modes with the same layouts to choose from share what passes cost there.
    let key =
      "\(try pairKey()) \(effectiveMode.use) \(kvType.rawValue) \(level.rawValue) "
      + "\(elastic ? "elastic" : "rigid")"
    return LayoutChoice(
      mode: decodingMode, use: effectiveMode.use, cacheType: kvType, topology: topology, isFree: isFree,
      cache: memory?.layouts, key: key, acceptance: acceptance)
  }

  /// The mode that was asked for, or the one that fits the models.
  var effectiveMode: ModeName {
    let cannotDraft = model != nil && draft == nil && drafting.drafter.hasModel
    return mode ?? (cannotDraft ? .ar : draftLength == nil ? .auto : .pearl)
  }

  var decodingMode: DecodingMode {
    switch effectiveMode {
    case .ar: .autoregressive
    case .sd: .speculative(draftLength: longestDraft)
    case .pearl: draftLength.map { .lockstepPEARL(draftLength: $0) } ?? .freeRunningPEARL
    case .auto: .automatic
    }
  }

  /// Most tokens that `sd` drafts before it verifies.
  private var longestDraft: Int { draftLength ?? (drafting.stopRule.map { $0 == .fixed } ?? true ? 4 : 16) }

  var targetPath: String { get throws { try model ?? DefaultModels.target() } }

  /// The draft model's file, if the mode has one.
  var draftPath: String? {
    get throws {
      if effectiveMode == .ar || !drafting.drafter.hasModel { return nil }
      return try draft ?? DefaultModels.draft()
    }
  }
}
