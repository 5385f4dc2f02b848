import Foundation

/// A picture of the results in SVG: a bar per contestant, its speedups beside it.
enum EvalChart {
  private static let top = 150.0

  /// The whole file.
  static func svg(_ summary: EvalSummary) -> String {
    let (results, rows) = (summary.results, summary.shownRows)
    let largest = rows.map { max($0.promptTokensPerSecond.upperQuartile, $0.modelTokensPerSecond ?? 0) }.max()
    let longestLabel = rows.map(\.contestant.text.count).max() ?? 0
    var chart = BarChart(
      maximum: largest ?? 1, start: max(110, 34 + 7.6 * Double(longestLabel)), numbers: 310)
    let height = top + Double(rows.count) * BarChart.barStep + 12 + BarChart.bottom
    chart.body.rectangle(x: 0, y: 0, width: BarChart.width, height: height, fill: "#ffffff")
    let conditions = results.conditions
    chart.drawTitle(
      "Tokens per second: \(fileName(results.dataset)), \(results.prompts.count) prompts",
      lines: [
        (conditions.modelNames, false),
        ("\(conditions.machineText); \(results.date)", true),
        (
          "Bars: all tokens over all seconds, prompts not counted. Lines: the middle half of the prompts. "
            + "Orange: what the model promises.", true
        ),
      ])
    chart.drawLegend(rows.map { ($0.contestant.kind, $0.contestant.color) }, y: 122)
    chart.draw(rows.map { bar($0, isBest: $0 == summary.best) }, y: top)
    let bottom = top + Double(rows.count) * BarChart.barStep + 12
    chart.drawAxis(y: bottom)
    if let choice = summary.choiceText {
      chart.body.text(choice, x: 24, y: bottom + 48, size: 11, fill: "#667085")
    }
    return chart.body.file(width: BarChart.width, height: height)
  }

  private static func bar(_ row: EvalSummary.Row, isBest: Bool) -> BarChart.Bar {
    let speeds = row.promptTokensPerSecond
    var note = String(format: "%.2f× ar", row.speedup)
    if let ratio = row.speedupOverBestSD, row.contestant.kind != "ar" {
      note += String(format: ", %.2f× best sd", ratio)
    }
    if let acceptance = row.acceptanceRate { note += String(format: ", α %.2f", acceptance) }
    return BarChart.Bar(
      label: row.contestant.text, value: row.tokensPerSecond,
      middleHalf: speeds.lowerQuartile...speeds.upperQuartile, color: row.contestant.color, note: note,
      isBest: isBest, mark: row.modelTokensPerSecond)
  }
}
