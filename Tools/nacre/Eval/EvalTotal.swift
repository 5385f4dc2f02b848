/// Sums of what one contestant did with all prompts; of each prompt's repetitions the median time counts.
struct EvalTotal {
  private(set) var tokenCount = 0
  private(set) var seconds = 0.0
  /// The same with typical passes; nil where both models computed at once.
  private var levelSeconds: Double? = 0
  /// Tokens per second, by prompt.
  private(set) var promptSpeeds: [Double] = []
  private var (drafted, tested, accepted, targetPasses) = (0, 0, 0, 0)
  private var (overlappedSeconds, allSeconds) = (0.0, 0.0)
  private var (prefillTokenCount, prefillSeconds) = (0, 0.0)

  init(_ prompts: [EvalResults.Prompt], contestant: Int, typical: TypicalPasses?) {
    for prompt in prompts {
      let runs = prompt.runs[contestant]
      // A seed gives the same text each time: the first run's counts are those of all.
      let first = runs[0]
      let typicalSeconds = median(runs.map(\.seconds))
      tokenCount += first.tokenCount
      seconds += typicalSeconds
      let levels = runs.compactMap { typical?.seconds(of: $0) }
      levelSeconds = levels.count < runs.count ? nil : levelSeconds.map { $0 + median(levels) }
      promptSpeeds.append(Double(first.tokenCount) / typicalSeconds)
      prefillTokenCount += prompt.tokenCount - 1
      prefillSeconds += median(runs.map(\.prefillSeconds))
      for run in runs {
        drafted += run.drafted
        tested += run.tested
        accepted += run.accepted
        overlappedSeconds += run.overlappedSeconds
        allSeconds += run.seconds
      }
      targetPasses += first.targetPasses
    }
  }

  var tokensPerSecond: Double { Double(tokenCount) / seconds }
  var levelTokensPerSecond: Double? { levelSeconds.map { Double(tokenCount) / $0 } }
  var acceptanceRate: Double? { tested > 0 ? Double(accepted) / Double(tested) : nil }
  var tokensPerTargetPass: Double { Double(tokenCount) / Double(targetPasses) }
  var wasteShare: Double? { drafted > 0 ? Double(drafted - accepted) / Double(drafted) : nil }
  var overlapShare: Double { overlappedSeconds / allSeconds }
  /// Nil where prompts were single tokens, which the first pass reads.
  var prefillTokensPerSecond: Double? {
    prefillTokenCount > 0 && prefillSeconds > 0 ? Double(prefillTokenCount) / prefillSeconds : nil
  }
}
