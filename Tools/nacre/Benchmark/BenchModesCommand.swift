import ArgumentParser
import Foundation

/// `nacre bench modes`: what each way of decoding makes of the same pair and prompts.
struct BenchModesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modes",
    abstract: "Generates the same texts in every mode, in turn, and compares the speeds.",
    discussion: """
      Without --mode all modes are measured, else ar and that one. The modes take turns in every round; medians are \
      reported, and the ratio over ar is the median of the rounds' ratios. Reading the prompt is not counted. The \
      texts must be the same in all modes.
      """)

  @OptionGroup(title: "Models") var models: ModelOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions

  @Option(help: "Draft lengths to measure, separated by commas (default: --draft-length alone).")
  var draftLengths: String?

  @Option(help: "A prompt; may be given several times (default: a few beginnings of Python code).")
  var prompt: [String] = []

  @Option(help: "A file with a prompt, in UTF-8; may be given several times.")
  var promptFile: [String] = []

  @Option(help: "Most tokens to generate for each prompt.")
  var maxTokens = 192

  @Option(help: "Rounds that are measured, after one that warms up.")
  var rounds = 5

  @Flag(help: "Shows the generated texts.")
  var showText = false

  @Flag(help: "Writes JSON.")
  var json = false

  func validate() throws {
    guard (1...1 << 20).contains(maxTokens) else { throw ValidationError("--max-tokens is out of range.") }
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds is not in 1...1000.") }
    guard models.model == nil || models.draft != nil else { throw ValidationError("Modes need --draft.") }
  }

  func run() throws {
    var prompts = prompt
    for file in promptFile { prompts.append(try promptText(nil, file: file)) }
    if prompts.isEmpty { prompts = Self.defaultPrompts }
    let benchmark = try ModesBenchmark(
      ModelPair.all(configurations()), prompts: prompts, sampling: sampling.parameters(),
      verification: sampling.verification, maximumTokenCount: maxTokens)
    Interruption.install()
    let progress = ProgressLine("measuring")
    guard let measured = try benchmark.measure(rounds: rounds, progress: { progress.show($0) }) else {
      throw ExitCode(130)
    }
    progress.finish()
    let result = ModesBenchmarkResult(measured, promptCount: prompts.count)
    if json {
      print(try jsonText(result))
    } else {
      print(result.description(prompts: showText ? prompts : nil))
    }
    if sampling.verifier == .coupled, !result.textsAreIdentical {
      FileHandle.standardError.write(Data("nacre: the modes wrote different texts\n".utf8))
      throw ExitCode.failure
    }
  }

  /// One set of options per row of the table: ar, then each mode at each draft length, and as it chooses by itself.
  private func configurations() throws -> [ModelOptions] {
    let lengths: [Int?] =
      try draftLengths.map { try numberList($0, "--draft-lengths", 1...64) } ?? [models.draftLength ?? 4]
    let modes = models.mode.map { [$0] } ?? ModeName.allCases
    var autoregressive = models
    autoregressive.mode = .ar
    return [autoregressive]
      + modes.filter { $0 != .ar }.flatMap { mode in
        draftLengths(of: mode, fixed: lengths).map { length in
          var options = models
          (options.mode, options.draftLength) = (mode, length)
          return options
        }
      }
  }

  private func draftLengths(of mode: ModeName, fixed: [Int?]) -> [Int?] {
    switch mode {
    case .ar, .auto: [nil]
    case .sd: fixed
    case .pearl: fixed + [nil]
    }
  }

  static let defaultPrompts = [
    "import os\nimport sys\nimport argparse\n\n\ndef main():\n    parser = argparse.ArgumentParser(",
    "class Stack:\n    \"\"\"A last-in, first-out stack.\"\"\"\n\n    def __init__(self):\n",
    "import unittest\n\n\nclass TestParser(unittest.TestCase):\n    def test_",
  ]
}
