import ArgumentParser
import CoreLayouts
import Foundation
import KernelDispatch
import Topology

/// `nacre bench layouts`: which cores, mode and draft length make a pair fastest.
struct BenchLayoutsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layouts",
    abstract: "Measures a pair of models on many core layouts, in every mode, with several draft lengths.",
    discussion: """
      Without --layout, those layouts are measured that can be the fastest on this machine (see nacre topology). The \
      cases of a layout take turns with the target alone on all CPUs, which ratios are over; medians are reported, and \
      between which values the middle half of the rounds lies. With --output, a table (CSV), a picture (SVG) and all \
      numbers (JSON) are written after each layout, and --resume goes on where a run was ended.
      """)

  @Option(help: "The target: a GGUF file (default: the target of the pair that comes with Nacre).")
  var model: String?

  @Option(help: "The draft: a GGUF file with the same vocabulary.")
  var draft: String?

  @Option(help: "A layout to measure, such as target=0-6,draft=7; may be given several times.")
  var layout: [String] = []

  @Option(help: "A mode to measure; may be given several times (default: all).")
  var mode: [ModeName] = []

  @Option(help: "Draft lengths to measure, separated by commas.")
  var draftLengths = "2,4,8"

  @Option(help: "In what precision keys and values are cached.")
  var kvType = CacheType.f16

  @OptionGroup(title: "Sampling") var sampling: SamplingOptions

  @Option(help: "A prompt; may be given several times (default: a few beginnings of Python code).")
  var prompt: [String] = []

  @Option(help: "A file with a prompt, in UTF-8; may be given several times.")
  var promptFile: [String] = []

  @Option(help: "Most tokens to generate for each prompt.")
  var maxTokens = 128

  @Option(help: "Rounds that are measured, after one that warms up.")
  var rounds = 5

  @Option(name: .shortAndLong, help: "Writes NAME.json, NAME.csv and NAME.svg.")
  var output: String?

  @Flag(help: "Keeps what an earlier run wrote to --output, and measures the rest.")
  var resume = false

  func validate() throws {
    guard (1...1 << 20).contains(maxTokens) else { throw ValidationError("--max-tokens is out of range.") }
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds is not in 1...1000.") }
    guard (model == nil) == (draft == nil) else { throw ValidationError("--model and --draft go together.") }
    guard !resume || output != nil else { throw ValidationError("--resume needs --output.") }
    guard sampling.temperature == 0 || sampling.seed != nil || output == nil else {
      throw ValidationError("Random texts need --seed, so that another run writes the same.")
    }
  }

  func run() throws {
    let topology = MachineTopology.current()
    let layouts = try LayoutCase.layouts(layout, on: topology)
    let cases = LayoutCase.cases(
      on: layouts, modes: Set(mode.isEmpty ? ModeName.allCases : mode),
      draftLengths: try numberList(draftLengths, "--draft-lengths", 1...64))
    guard !cases.isEmpty else { throw ValidationError("none of the modes makes sense on these layouts") }
    var prompts = prompt
    for file in promptFile { prompts.append(try promptText(nil, file: file)) }
    if prompts.isEmpty { prompts = BenchModesCommand.defaultPrompts }

    let conditions = try conditions(topology, prompts: prompts)
    let files = output.map { LayoutResultFiles($0) }
    if !resume { try files?.checkAbsent() }
    var results =
      try (resume ? files?.load(conditions) : nil) ?? LayoutResults(conditions: conditions, date: Self.today)
    let missing = cases.filter { results.result(of: $0) == nil }
    if !missing.isEmpty {
      try measure(missing, on: topology, prompts: prompts, into: &results) { try files?.write($0) }
    }
    try files?.write(results)
    print(results.table)
  }

  private func measure(
    _ cases: [LayoutCase], on topology: MachineTopology, prompts: [String], into results: inout LayoutResults,
    save: (LayoutResults) throws -> Void
  ) throws {
    let texts = LayoutSweep.Texts(
      prompts: prompts, sampling: try sampling.parameters(), verification: sampling.verification,
      maximumTokenCount: maxTokens)
    let baseline = LayoutCase(
      layout: topology.preferredLayout(for: .targetAlone).layout.description, mode: .ar, draftLength: nil)
    let sweep = try LayoutSweep(baseline: baseline, cases: cases, texts: texts, options: options)
    Interruption.install()
    let progress = ProgressLine("measuring")
    let isComplete = try sweep.run(rounds: rounds, into: &results, progress: progress, save: save)
    progress.finish()
    guard !isComplete else { return }
    let kept = output == nil ? "" : "; --resume measures the others"
    FileHandle.standardError.write(Data("nacre: \(results.cases.count) cases were measured\(kept)\n".utf8))
    throw ExitCode(130)
  }

  /// A case as other commands would be told.
  private func options(_ key: LayoutCase) throws -> ModelOptions {
    var arguments = ["--layout", key.layout, "--mode", key.mode.rawValue, "--kv-type", kvType.rawValue]
    if let model { arguments += ["--model", model] }
    if let draft { arguments += ["--draft", draft] }
    if let length = key.draftLength { arguments += ["--draft-length", "\(length)"] }
    return try ModelOptions.parse(arguments)
  }

  private func conditions(_ topology: MachineTopology, prompts: [String]) throws -> LayoutResults.Conditions {
    var texts = Fingerprint()
    for prompt in prompts { texts.add(prompt) }
    texts.add(sampling.text)
    return LayoutResults.Conditions(
      machineIdentity: topology.machineIdentity, processorName: topology.processorName,
      kernelLevel: try KernelLibrary.best().level.rawValue,
      target: try .init(path: model ?? DefaultModels.target()),
      draft: try .init(path: draft ?? DefaultModels.draft()), textFingerprint: texts.text,
      maximumTokenCount: maxTokens, rounds: rounds, kvType: kvType.rawValue)
  }

  private static var today: String {
    Date.now.formatted(.iso8601.year().month().day())
  }
}

extension SamplingOptions {
  /// All that decides on a text.
  fileprivate var text: String {
    let numbers = [temperature, topP, minP, repetitionPenalty, frequencyPenalty, presencePenalty]
    return "\(numbers) \(topK) \(penaltyWindow) \(seed ?? 0) \(verifier)"
  }
}
