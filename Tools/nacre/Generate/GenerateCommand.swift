import ArgumentParser
import Decoding
import Foundation

/// `nacre generate`: text from a prompt, by the target alone or with a draft's help.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Continues a prompt; a draft model makes it faster, never different.",
    discussion: """
      Without --model the pair that comes with Nacre is used. Without --prompt and --prompt-file the prompt is read \
      from standard input. The text goes to standard output as it is committed, statistics to standard error.
      """)

  @OptionGroup(title: "Models") var models: ModelOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions

  @Option(help: "The prompt.")
  var prompt: String?

  @Option(help: "A file with the prompt, in UTF-8.")
  var promptFile: String?

  @Option(help: "Most tokens to generate.")
  var maxTokens = 256

  @Option(help: "A text that ends the output; itself not shown. May be given several times.")
  var stop: [String] = []

  @Flag(help: "Goes on after the model's end token.")
  var ignoreEos = false

  @Flag(help: "Writes one JSON object at the end instead of text and statistics.")
  var json = false

  @Flag(
    help: "Shows where the threads run, on which NUMA nodes the memory is, and what auto chose and why.")
  var verbose = false

  @Flag(help: "Shows accepted draft tokens in colour.")
  var highlight = false

  func validate() throws {
    guard prompt == nil || promptFile == nil else {
      throw ValidationError("Give only one of --prompt and --prompt-file.")
    }
    guard maxTokens >= 0 else { throw ValidationError("--max-tokens is negative.") }
    guard !stop.contains("") else { throw ValidationError("--stop is empty.") }
  }

  func run() throws {
    let parameters = try sampling.parameters()
    let text = try promptText(prompt, file: promptFile)
    let pair = try ModelPair(models)
    let tokens = try pair.encode(text)
    let log = ChoiceLog()
    let generator = try pair.generator(
      sampling: parameters, verification: sampling.verification, positionCount: tokens.count + maxTokens,
      log: log)
    Interruption.install()
    let generation = Generation(
      maximumTokenCount: maxTokens, ignoresEndTokens: ignoreEos, stopStrings: stop, isStreaming: !json,
      highlight: highlight, log: log)
    var (result, report) = try generation.run(generator, of: pair, after: tokens, seed: parameters.seed)
    pair.remember(generator.experience)
    // At the end, when all memory has been touched.
    let placement = pair.placementReport(withMemory: verbose || json || pair.placement.isAskedFor)
    placement.warnings.forEach(ModelPair.warn)
    if json { report.placement = PlacementSection(placement) }
    try write(report)
    if verbose {
      let reason = pair.layoutReason.map { "layout \(pair.plan.layoutText): \($0)\n" } ?? ""
      let choices = log.choices.map(\.summary).joined()
      FileHandle.standardError.write(Data((reason + choices + placement.summary).utf8))
    }
    if result.stopReason == .cancelled { throw ExitCode(130) }
  }

  private func write(_ report: GenerationReport) throws {
    if json {
      print(try jsonText(report))
    } else {
      FileHandle.standardError.write(Data(report.summary.utf8))
    }
  }
}

/// The text of an option, of a file, or of standard input.
func promptText(_ text: String?, file: String?) throws -> String {
  if let text { return text }
  let data: Data
  if let file {
    data = try Data(contentsOf: URL(filePath: file))
  } else {
    data = try FileHandle.standardInput.readToEnd() ?? Data()
  }
  guard let text = String(validating: data, as: UTF8.self) else {
    throw ValidationError("\(file ?? "standard input") is not UTF-8")
  }
  return text
}
