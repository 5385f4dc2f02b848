import Foundation

extension EvalSummary {
  /// The results for people, the fastest marked.
  var table: String {
    let conditions = results.conditions
    var lines = [
      "\(results.prompts.count) prompts of \(fileName(results.dataset)), \(rows[0].tokenCount) tokens, "
        + "\(conditions.rounds == 1 ? "once" : "median of \(conditions.rounds) repetitions"); "
        + "\(conditions.modelNames); kernels \(conditions.kernelLevel)"
    ]
    lines += ModelReport.table(
      shownRows.map(cells),
      header: [
        "mode", "tokens/s", "× ar", "middle half", "× best sd", "α", "tokens/pass", "waste", "model",
        "of model",
        "prompt tokens/s", "layout",
      ])
    if let choiceText { lines.append(choiceText) }
    if !results.leftOut.isEmpty {
      lines.append(
        "left out, because they do not fit the context: \(results.leftOut.joined(separator: ", "))"
          .printable())
    }
    return lines.joined(separator: "\n")
  }

  private func cells(_ row: Row) -> [String] {
    let number = { (value: Double?, format: String) in value.map { String(format: format, $0) } ?? "–" }
    let ratios = row.promptSpeedups
    return [
      row.contestant.text + (row == best ? " ★" : ""), number(row.tokensPerSecond, "%.1f"),
      number(row.speedup, "%.2f"),
      number(ratios.lowerQuartile, "%.2f") + "–" + number(ratios.upperQuartile, "%.2f"),
      number(row.speedupOverBestSD, "%.2f"), number(row.acceptanceRate, "%.2f"),
      number(row.tokensPerTargetPass, "%.2f"), number(row.wasteShare.map { $0 * 100 }, "%.0f %%"),
      number(row.modelTokensPerSecond, "%.1f"), number(row.shareOfModel.map { $0 * 100 }, "%.0f %%"),
      number(row.prefillTokensPerSecond, "%.0f"), row.layout,
    ]
  }
}
