import Foundation

/// The results as other programs read them: all that was measured, and what it comes to.
struct EvalReport: Encodable {
  private enum Key: String, CodingKey {
    case rows, best
  }

  let summary: EvalSummary

  func encode(to encoder: any Encoder) throws {
    try summary.results.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(summary.rows, forKey: .rows)
    try container.encode(summary.bestByGroup.map(\.contestant.text), forKey: .best)
  }
}

extension EvalSummary {
  /// One line per contestant.
  var csv: String {
    let header = [
      "contestant", "mode", "guessers", "policy", "draft_length", "layout", "tokens", "tokens_per_second",
      "prompt_lower_quartile",
      "prompt_median", "prompt_upper_quartile", "speedup", "speedup_lower_quartile", "speedup_median",
      "speedup_upper_quartile", "speedup_over_best_sd", "acceptance_rate", "tokens_per_target_pass",
      "waste_share", "overlap_share", "prefill_tokens_per_second", "level_tokens_per_second",
      "model_tokens_per_second",
      "share_of_model",
    ]
    let text = { (value: Double?) in value.map { "\($0)" } ?? "" }
    return csvText(
      header: header,
      rows.map { row in
        let (speeds, ratios) = (row.promptTokensPerSecond, row.promptSpeedups)
        return [
          row.contestant.text, row.contestant.kind,
          row.contestant.guessers.map(\.rawValue).joined(separator: "+"),
          row.contestant.policy?.rawValue ?? "",
          row.contestant.draftLength.map { "\($0)" } ?? "",
          row.layout, "\(row.tokenCount)", "\(row.tokensPerSecond)", "\(speeds.lowerQuartile)",
          "\(speeds.median)", "\(speeds.upperQuartile)", "\(row.speedup)", "\(ratios.lowerQuartile)",
          "\(ratios.median)", "\(ratios.upperQuartile)", text(row.speedupOverBestSD),
          text(row.acceptanceRate), "\(row.tokensPerTargetPass)", text(row.wasteShare),
          "\(row.overlapShare)", text(row.prefillTokensPerSecond), text(row.levelTokensPerSecond),
          text(row.modelTokensPerSecond),
          text(row.shareOfModel),
        ]
      })
  }
}
