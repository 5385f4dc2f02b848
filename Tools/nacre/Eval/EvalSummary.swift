/// What the results come to, contestant by contestant.
struct EvalSummary {
  /// One contestant over all prompts. A prompt counts once, with the median of the times of its repetitions.
  struct Row: Encodable, Equatable {
    let contestant: Contestant
    let layout: String
    let tokenCount: Int
    /// All tokens over all seconds; reading the prompts is not counted.
    let tokensPerSecond: Double
    /// Of single prompts.
    let promptTokensPerSecond: Spread
    /// Over the target alone, all prompts together.
    let speedup: Double
    /// Over the target alone, prompt by prompt.
    let promptSpeedups: Spread
    /// Over speculative decoding with its best fixed draft length; nil where none was measured.
    let speedupOverBestSD: Double?
    /// α: accepted of the tokens that the target judged; nil without a draft.
    let acceptanceRate: Double?
    let tokensPerTargetPass: Double
    /// Thrown away of the drafted tokens; nil without a draft.
    let wasteShare: Double?
    /// Share of the time in which both models computed.
    let overlapShare: Double
    let prefillTokensPerSecond: Double?
    /// Tokens per second if each pass had taken as long as a typical one of its kind on these cores (`PassTimeFit`):
    /// what is left of a difference is what they chose, not when they ran. Nil where both models computed at once.
    let levelTokensPerSecond: Double?
    /// What `SpeedModel` promises at this α with the passes as they were timed.
    let modelTokensPerSecond: Double?

    /// What of the promise came true.
    var shareOfModel: Double? { modelTokensPerSecond.map { tokensPerSecond / $0 } }
  }

  let results: EvalResults
  /// In the results' order.
  let rows: [Row]

  /// - Precondition: There is a prompt.
  init(_ results: EvalResults) {
    self.results = results
    let cores = results.contestants.map { Self.targetCores(results.layouts[$0.mode.rawValue] ?? "") }
    var typical: [Substring: TypicalPasses] = [:]
    for some in Set(cores) { typical[some] = TypicalPasses(results.prompts) { cores[$0] == some } }
    let totals = results.contestants.indices.map {
      EvalTotal(results.prompts, contestant: $0, typical: typical[cores[$0]])
    }
    let sdSpeeds = zip(results.contestants, totals).filter { $0.0.isFixedSD }.map(\.1.tokensPerSecond)
    rows = zip(results.contestants, totals).map { contestant, total in
      Row(contestant, total, baseline: totals[0], bestSD: sdSpeeds.max(), results)
    }
  }

  /// The CPUs of the target in a layout's text, such as "0-1" in "shared=0-1".
  private static func targetCores(_ layout: String) -> Substring {
    layout.prefix { $0 != "," }.drop { $0 != "=" }.dropFirst()
  }

  /// The fastest row of each group, in the results' order.
  var bestByGroup: [Row] {
    results.contestants.map(\.group).withoutRepetitions.compactMap { group in
      rows.filter { $0.contestant.group == group }.max { $0.tokensPerSecond < $1.tokensPerSecond }
    }
  }

  /// The rows to show: of draft lengths of which only the best counts, that one.
  var shownRows: [Row] {
    let best = bestByGroup
    return rows.filter { !$0.contestant.isSwept || best.contains($0) }
  }

  /// The fastest row.
  var best: Row? { rows.max { $0.tokensPerSecond < $1.tokensPerSecond } }

  /// Which draft lengths were best, and what to make of it; nil where there was no choice.
  var choiceText: String? {
    let choices = bestByGroup.compactMap { row -> String? in
      let lengths = rows.filter { $0.contestant.group == row.contestant.group }.compactMap(
        \.contestant.draftLength)
      guard lengths.count > 1, let length = row.contestant.draftLength else { return nil }
      return "\(row.contestant.group)\(length) of \(NumberRuns.text(lengths))"
    }
    return choices.isEmpty
      ? nil : "best draft lengths: \(choices.joined(separator: ", ")); picked on these prompts, not before"
  }
}

extension EvalSummary.Row {
  fileprivate init(
    _ contestant: Contestant, _ total: EvalTotal, baseline: EvalTotal, bestSD: Double?, _ results: EvalResults
  ) {
    let mode = contestant.mode
    let ratios = zip(total.promptSpeeds, baseline.promptSpeeds).map { $0 / $1 }
    self.init(
      contestant: contestant, layout: results.layouts[mode.rawValue] ?? "", tokenCount: total.tokenCount,
      tokensPerSecond: total.tokensPerSecond, promptTokensPerSecond: Spread(total.promptSpeeds),
      speedup: total.tokensPerSecond / baseline.tokensPerSecond, promptSpeedups: Spread(ratios),
      speedupOverBestSD: bestSD.map { total.tokensPerSecond / $0 }, acceptanceRate: total.acceptanceRate,
      tokensPerTargetPass: total.tokensPerTargetPass, wasteShare: total.wasteShare,
      overlapShare: total.overlapShare, prefillTokensPerSecond: total.prefillTokensPerSecond,
      levelTokensPerSecond: total.levelTokensPerSecond,
      modelTokensPerSecond: results.passes[mode.rawValue].flatMap {
        contestant.isPlain
          ? SpeedModel.tokensPerSecond(contestant.decoding, acceptance: total.acceptanceRate, costs: $0) : nil
      })
  }
}
