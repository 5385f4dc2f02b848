import ArgumentParser
import Decoding
import Foundation
import KernelDispatch
import Topology

/// `nacre eval`: a set of prompts through several modes.
struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Continues the prompts of a file in several modes, and compares speed, acceptance and waste.",
    discussion: """
      The file has a JSON object on each line, its prompt in the field prompt (HumanEval), question (GSM8K, MGSM) or \
      turns (MT-bench: the first turn). Prompts are taken as they are. For each prompt all modes run one after the \
      other; texts end at the model's end token, and must be the same in all modes. Only writing is timed: reading \
      the prompt is told apart.

      The column "model" is the speed that α, the models' passes as timed before, and formulas promise: Leviathan et \
      al. 2023 for sd, PEARL's for pearl in lockstep, the best that could be chosen for pearl and auto.
      """)

  @Option(help: ArgumentHelp("The file of prompts.", valueName: "file.jsonl"))
  var dataset: String

  @Option(
    help: """
      Modes to compare, separated by commas: ar (always among them), sd, pearl, auto. With draft lengths of their own: \
      sd:8, sd:1..4, sd:best, and the same with pearl, which is then PEARL in lockstep. With guessers or \
      a policy as of nacre generate --drafter and --policy: sd+ngram:8, pearl+ngram+phrases, sd+adaedl, sd+specdec++; with +branches \
      as of --candidates: pearl+branches.
      """)
  var modes = "ar,sd,pearl,auto"

  @Option(
    help:
      "Draft lengths for sd without its own: 4, or 2,4,8, or 1..16; best tries 1..16 and shows the best."
  )
  var draftLength = "4"

  @Option(help: "Takes only the first N prompts.")
  var limit: Int?

  @Option(help: "How often each prompt is continued in each mode.")
  var repeats = 1

  @Option(help: "Most tokens to generate for each prompt.")
  var maxTokens = 256

  @Option(help: "The target: a GGUF file (default: the target of the pair that comes with Nacre).")
  var model: String?

  @Option(help: "The draft: a GGUF file with the same vocabulary.")
  var draft: String?

  @Option(help: "The acceptance head of contestants with specdec++ or head-cost.")
  var head: String?

  @Option(help: "Where drafts of contestants with adaedl, confidence or specdec++ end, as of nacre generate.")
  var stopThreshold: Double?

  @Option(help: "First tokens that contestants with +branches go on from, as of nacre generate; at most 4.")
  var candidates = 3

  @Option(help: "In what precision keys and values are cached.")
  var kvType = CacheType.f16

  @OptionGroup var cores: LayoutOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions

  @Option(name: .shortAndLong, help: "Writes NAME.json, NAME.csv and NAME.svg.")
  var output: String?

  @Flag(help: "Keeps what an earlier run wrote to --output, and measures the rest.")
  var resume = false

  @Flag(help: "Writes JSON instead of a table.")
  var json = false

  func validate() throws {
    guard (1...1 << 20).contains(maxTokens) else { throw ValidationError("--max-tokens is out of range.") }
    guard (1...1000).contains(repeats) else { throw ValidationError("--repeats is not in 1...1000.") }
    guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit is not above 0.") }
    guard (model == nil) == (draft == nil) else { throw ValidationError("--model and --draft go together.") }
    guard !resume || output != nil else { throw ValidationError("--resume needs --output.") }
    guard sampling.temperature == 0 || sampling.seed != nil || output == nil else {
      throw ValidationError("Random texts need --seed, so that another run writes the same.")
    }
    guard stopThreshold.map({ (0...1).contains($0) }) ?? true else {
      throw ValidationError("--stop-threshold is not in 0...1.")
    }
    guard (1...Scheduler.largestCandidateCount).contains(candidates) else {
      throw ValidationError("--candidates is not in 1...\(Scheduler.largestCandidateCount).")
    }
    if head == nil, let policy = try contestants.lazy.compactMap(\.policy).first(where: \.needsHead) {
      throw ValidationError("\(policy.rawValue) needs --head.")
    }
  }

  private var contestants: [Contestant] {
    get throws {
      try Contestant.parse(modes, lengths: DraftLengths(parsing: draftLength, "--draft-length"))
    }
  }

  func run() throws {
    let files = output.map { ResultFiles($0) }
    if !resume { try files?.checkAbsent() }
    let records = try PromptRecord.read(dataset, limit: limit)
    let texts = EvalTexts(
      sampling: try sampling.parameters(), verification: sampling.verification, maximumTokenCount: maxTokens,
      stopThreshold: stopThreshold, candidateCount: candidates)
    let run = try PromptSetRun(try contestants, prompts: records, texts: texts, options: options)
    guard !run.prompts.isEmpty else {
      throw ValidationError("none of the \(records.count) prompts fits the models' context")
    }
    var results = try startingResults(run, files)
    Interruption.install()
    let isComplete = try measure(run, into: &results, files)
    run.remember()
    if !results.prompts.isEmpty {
      let summary = EvalSummary(results)
      try files?.write(summary)
      print(json ? try jsonText(EvalReport(summary: summary)) : summary.table)
    }
    guard !isComplete else { return }
    let kept = output == nil || results.prompts.isEmpty ? "" : "; --resume measures the others"
    FileHandle.standardError.write(
      Data("nacre: \(results.prompts.count) of \(run.prompts.count) prompts are measured\(kept)\n".utf8))
    throw ExitCode(130)
  }

  /// What an earlier run measured, or nothing yet.
  private func startingResults(_ run: PromptSetRun, _ files: ResultFiles?) throws -> EvalResults {
    let conditions = try MeasurementConditions(
      on: .current(), models: (try model ?? DefaultModels.target(), try draft ?? DefaultModels.draft()),
      texts: [], sampling: sampling, maximumTokenCount: maxTokens, rounds: repeats, kvType: kvType)
    let fresh = EvalResults(
      conditions: conditions, date: MeasurementConditions.today, dataset: dataset,
      contestants: try contestants, stopThreshold: stopThreshold, candidateCount: candidates,
      layouts: run.layouts, leftOut: run.leftOut)
    guard resume, let earlier: EvalResults = try files?.load(conditions) else { return fresh }
    try earlier.checkContinues(to: fresh, fingerprints: run.prompts.map(\.fingerprint))
    return earlier
  }

  /// - Returns: False if the program was interrupted.
  private func measure(_ run: PromptSetRun, into results: inout EvalResults, _ files: ResultFiles?) throws
    -> Bool
  {
    let first = results.prompts.count
    let count = run.prompts.count - first
    guard count > 0 else { return true }
    let progress = ProgressLine("measuring")
    defer { progress.finish() }
    guard try run.warmUp() else { return false }
    if results.passes.isEmpty { results.passes = run.passCosts() }
    var lastWritten = ContinuousClock.now
    for index in first..<run.prompts.count {
      let measured = try run.measure(promptAt: index, repetitions: repeats) { fraction in
        progress.show(
          (Double(index - first) + fraction) / Double(count),
          detail: "prompt \(index + 1) of \(run.prompts.count)")
      }
      guard let measured else { return false }
      results.prompts.append(measured)
      guard ContinuousClock.now - lastWritten > .seconds(10) else { continue }
      try files?.write(EvalSummary(results))
      lastWritten = .now
    }
    return true
  }

  /// What other commands would be told.
  private func options(_ mode: ModeName) throws -> ModelOptions {
    var arguments = ["--mode", mode.rawValue, "--kv-type", kvType.rawValue]
    if let model { arguments += ["--model", model] }
    if let draft { arguments += ["--draft", draft] }
    if let head { arguments += ["--head", head] }
    if let layout = cores.layout { arguments += ["--layout", layout] }
    if cores.forgetsLayouts { arguments.append("--no-layout-cache") }
    return try ModelOptions.parse(arguments)
  }
}

extension ResultFiles {
  fileprivate func write(_ summary: EvalSummary) throws {
    try write(json: jsonText(EvalReport(summary: summary)), csv: summary.csv, svg: EvalChart.svg(summary))
  }
}
