import Foundation

/// A picture of a sweep in SVG: a horizontal bar per case, grouped by layout, the best one marked.
struct LayoutChart {
  private enum Place {
    static let bars = 110.0
    static let top = 118.0
    static let headerHeight = 30.0
    static let groupGap = 12.0
    /// For the numbers beside the longest bar.
    static let numbers = 150.0
  }

  private let results: LayoutResults
  private var chart: BarChart

  private init(_ results: LayoutResults) {
    self.results = results
    chart = BarChart(
      maximum: results.cases.map(\.tokensPerSecond.upperQuartile).max() ?? 1, start: Place.bars,
      numbers: Place.numbers)
  }

  /// The whole file.
  static func svg(_ results: LayoutResults) -> String {
    var chart = LayoutChart(results)
    return chart.draw()
  }

  private mutating func draw() -> String {
    let groups = results.byLayout
    let rows = groups.reduce(0.0) { height, group in
      height + Place.headerHeight + Double(group.cases.count) * BarChart.barStep + Place.groupGap
    }
    let height = Place.top + rows + BarChart.bottom
    chart.body.rectangle(x: 0, y: 0, width: BarChart.width, height: height, fill: "#ffffff")
    drawTitle()
    var y = Place.top
    for group in groups {
      drawHeader(group.layout, y: y)
      y += Place.headerHeight
      chart.draw(group.cases.map(bar), y: y)
      y += Double(group.cases.count) * BarChart.barStep + Place.groupGap
    }
    chart.drawAxis(y: y)
    return chart.body.file(width: BarChart.width, height: height)
  }

  private mutating func drawHeader(_ layout: String, y: Double) {
    chart.body.text(layout, x: 24, y: y + 20, size: 13, weight: "bold")
    guard let costs = results.lanes[layout] else { return }
    chart.body.text(
      costs.summary, x: BarChart.width - 24, y: y + 20, size: 11, fill: "#667085", anchor: "end")
  }

  private mutating func drawTitle() {
    let conditions = results.conditions
    chart.drawTitle(
      "Tokens per second by core layout",
      lines: [
        (conditions.modelNames, false),
        (
          "\(conditions.machineText); median of "
            + "\(conditions.rounds) rounds, lines: middle half; × over the target alone on all CPUs; \(results.date)",
          true
        ),
      ])
    chart.drawLegend(ModeName.allCases.map { ($0.rawValue, $0.color) }, y: 88)
  }

  private func bar(_ result: LayoutCaseResult) -> BarChart.Bar {
    let speed = result.tokensPerSecond
    return BarChart.Bar(
      label: result.case.modeText, value: speed.median,
      middleHalf: speed.lowerQuartile...speed.upperQuartile, color: result.case.mode.color,
      note: String(format: "%.2f×", result.ratio.median), isBest: result == results.best)
  }
}

extension ModeName {
  /// Told apart also by people who see few colours, and in print.
  fileprivate var color: String {
    switch self {
    case .ar: "#b4bcc8"
    case .sd: "#6ea8dc"
    case .pearl: "#14907c"
    case .auto: "#c8762b"
    }
  }
}
