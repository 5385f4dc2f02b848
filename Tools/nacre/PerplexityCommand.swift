import ArgumentParser
import Evaluation
import Foundation
import GGUF
import Inference
import KernelDispatch
import Platform
import SystemPackage
import Tokenization

/// `nacre perplexity`: how well a model predicts a text.
struct PerplexityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perplexity",
    abstract: "Measures how well a model predicts a text: lower is better.",
    discussion: "Cuts the text into windows and predicts each from the beginning-of-text token on.")

  @Option(help: "A GGUF file (default: the default model).")
  var model: String?

  @Option(help: "A file with the text, in UTF-8.")
  var text: String

  @Option(help: "Tokens per window.")
  var window = 255

  @Option(help: "In what precision keys and values are cached.")
  var kvType = CacheType.f16

  @Option(help: "Number of threads (default: all CPUs).")
  var threads: Int?

  @Flag(help: "Writes JSON.")
  var json = false

  private struct Report: Encodable {
    let perplexity: Double
    let meanLoss: Double
    let standardError: Double
    let tokenCount: Int
    let windowLength: Int
  }

  func run() throws {
    let budget = CPUBudget.current()
    let threadCount = threads ?? budget.cpuCount
    guard (1...1024).contains(threadCount), window >= 2 else {
      throw ValidationError("--threads or --window is out of range")
    }
    let file = try GGUFFile(path: FilePath(model ?? DefaultModels.target()))
    let tokenizer = try loadTokenizer(from: file)
    let tokens = tokenizer.encode(
      try promptText(nil, file: text), addSpecial: false, parseSpecial: false)
    guard tokens.count >= window else {
      throw ValidationError("the text has \(tokens.count) tokens, fewer than one window of \(window)")
    }
    let cpus = budget.allowedCPUs
    let team = ThreadTeam(
      name: "nacre", cpus: (0..<threadCount).map { cpus[$0 % cpus.count] },
      spin: SpinBudget(threadCount: threadCount, cpuCount: budget.cpuCount))
    team.pinLeader()
    let weights = try ModelWeights(file, kernels: KernelLibrary.best(), team: team)
    guard window < weights.configuration.trainedContextLength else {
      throw ModelError(
        path: file.path,
        .contextTooLong(requested: window + 1, trained: weights.configuration.trainedContextLength))
    }
    let progress = ProgressLine("predicting")
    let result = Perplexity(
      of: tokens,
      by: try LlamaModel(weights, team: team, contextLength: window + 1, cacheType: kvType),
      beginning: tokenizer.vocabulary.bos, windowLength: window
    ) { progress.show($0) }
    progress.finish()
    try report(result)
  }

  private func report(_ result: Perplexity) throws {
    let report = Report(
      perplexity: result.value, meanLoss: result.meanLoss, standardError: result.standardError,
      tokenCount: result.tokenCount, windowLength: window)
    if json {
      print(try jsonText(report))
    } else {
      let error = result.value * result.standardError
      print(String(format: "perplexity %.4f ± %.4f over %d tokens", result.value, error, result.tokenCount))
    }
  }
}
