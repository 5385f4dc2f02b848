import Decoding
import TensorTypes
import Tokenization

/// How long a text gets and where it is shown.
struct Generation {
  var maximumTokenCount: Int
  var ignoresEndTokens = false
  var stopStrings: [String] = []
  var isStreaming = false
  var highlight = false
  /// Hears of the choices of the generator, if it makes any.
  var log: ChoiceLog?

  /// Continues `prompt` until a limit is reached or the program is interrupted.
  /// - Parameters:
  ///   - generator: Made by `pair`.
  ///   - seed: Of the generator's sampling; for the report.
  /// - Throws: `DecodingError`, `OutputError`.
  func run(
    _ generator: Scheduler, of pair: ModelPair, after prompt: [TokenID], seed: UInt64
  ) throws -> (result: GenerationResult, report: GenerationReport) {
    let limits = GenerationLimits(
      maximumTokenCount: maximumTokenCount, endTokens: pair.tokenizer.vocabulary.endOfGenerationTokens,
      ignoresEndTokens: ignoresEndTokens)
    let output = GenerationOutput(
      TextStream(StreamingDetokenizer(pair.tokenizer, isContinuation: true), stopStrings: stopStrings),
      isStreaming: isStreaming, highlight: highlight)
    let result = try generator.generate(after: prompt, limits: limits, cancellation: Interruption.flag) {
      output.receive($0)
    }
    try output.finish()
    let report = GenerationReport(
      result: result, output: output, pair: pair, promptTokenCount: prompt.count, seed: seed,
      choices: log?.choices ?? [])
    return (result, report)
  }
}
