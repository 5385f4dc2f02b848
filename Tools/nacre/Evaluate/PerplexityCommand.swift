import ArgumentParser
import Evaluation
import KernelDispatch

/// `nacre perplexity`: how well a model predicts a text.
struct PerplexityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perplexity",
    abstract: "Measures how well a model predicts a text: lower is better.",
    discussion: """
      Cuts the text into windows and predicts each from the beginning-of-text token on. With --reference, also says how \
      far the predictions are from those of another file, such as the same model before quantization.
      """)

  @Option(help: "A GGUF file (default: the default model).")
  var model: String?

  @Option(help: "A GGUF file with the same vocabulary to compare with.")
  var reference: String?

  @Option(help: "A file with the text, in UTF-8.")
  var text: String

  @Option(help: "Tokens per window.")
  var window = 255

  @Option(help: "In what precision keys and values are cached; the reference's are f16.")
  var kvType = CacheType.f16

  @Option(help: "Number of threads (default: all CPUs).")
  var threads: Int?

  @Flag(help: "Writes JSON.")
  var json = false

  func run() throws {
    let source = try TextModel(path: model ?? DefaultModels.target(), threads: threads)
    let windows = try source.windows(ofTextAt: text, length: window)
    let loaded = try source.load(windowLength: window, cacheType: kvType)
    let other = try reference.map { try source.loadReference(path: $0, windowLength: window) }
    let progress = ProgressLine("predicting")
    let report =
      if let other {
        PredictionReport(
          try PredictionComparison(of: windows, by: loaded, reference: other) { progress.show($0) },
          windowLength: window)
      } else {
        PredictionReport(Perplexity(of: windows, by: loaded) { progress.show($0) }, windowLength: window)
      }
    progress.finish()
    print(json ? try jsonText(report) : report.text)
  }
}
