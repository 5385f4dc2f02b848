import Foundation

/// A picture of a sweep in SVG: a horizontal bar per case, grouped by layout, the best one marked.
struct LayoutChart {
  private enum Place {
    static let width = 960.0
    static let bars = 110.0
    static let top = 118.0
    static let barHeight = 16.0
    static let barStep = 22.0
    static let headerHeight = 30.0
    static let groupGap = 12.0
    static let bottom = 58.0
    /// For the numbers beside the longest bar.
    static let numbers = 150.0
  }

  private let results: LayoutResults
  private let axis: ChartAxis
  private var body = SVGBody()

  init(_ results: LayoutResults) {
    self.results = results
    axis = ChartAxis(
      maximum: results.cases.map(\.tokensPerSecond.upperQuartile).max() ?? 1,
      start: Place.bars, length: Place.width - Place.bars - Place.numbers)
  }

  /// The whole file.
  static func svg(_ results: LayoutResults) -> String {
    var chart = LayoutChart(results)
    return chart.draw()
  }

  private mutating func draw() -> String {
    let groups = results.byLayout
    let rows = groups.reduce(0.0) { height, group in
      height + Place.headerHeight + Double(group.cases.count) * Place.barStep + Place.groupGap
    }
    let height = Place.top + rows + Place.bottom
    body.rectangle(x: 0, y: 0, width: Place.width, height: height, fill: "#ffffff")
    drawTitle()
    var y = Place.top
    for group in groups {
      drawHeader(group.layout, y: y)
      y += Place.headerHeight
      drawGrid(top: y - 3, bottom: y + Double(group.cases.count) * Place.barStep - 3)
      for result in group.cases {
        drawBar(result, y: y)
        y += Place.barStep
      }
      y += Place.groupGap
    }
    drawAxis(y: y)
    return body.file(width: Place.width, height: height)
  }

  private mutating func drawHeader(_ layout: String, y: Double) {
    body.text(layout, x: 24, y: y + 20, size: 13, weight: "bold")
    guard let costs = results.lanes[layout] else { return }
    body.text(costs.summary, x: Place.width - 24, y: y + 20, size: 11, fill: "#667085", anchor: "end")
  }

  private mutating func drawTitle() {
    let conditions = results.conditions
    let names = [conditions.target, conditions.draft].map {
      $0.path.split(separator: "/").last.map(String.init) ?? ""
    }
    body.text("Tokens per second by core layout", x: 24, y: 34, size: 20, weight: "bold")
    body.text("\(names[0]), draft \(names[1])", x: 24, y: 56, size: 13)
    body.text(
      "\(conditions.processorName ?? "unknown processor"), kernels \(conditions.kernelLevel); median of "
        + "\(conditions.rounds) rounds, lines: middle half; × over the target alone on all CPUs; \(results.date)",
      x: 24, y: 75, size: 11, fill: "#667085")
    var x = 24.0
    for mode in ModeName.allCases {
      body.rectangle(x: x, y: 88, width: 12, height: 12, fill: mode.color, radius: 2)
      body.text(mode.rawValue, x: x + 18, y: 98, size: 12)
      x += 70
    }
  }

  private mutating func drawGrid(top: Double, bottom: Double) {
    for tick in axis.ticks {
      let x = axis.position(tick)
      body.line(x, top, x, bottom, color: tick == 0 ? "#98a2b3" : "#e4e7ec")
    }
  }

  private mutating func drawAxis(y: Double) {
    for tick in axis.ticks {
      body.text(
        axis.label(tick), x: axis.position(tick), y: y + 8, size: 11, fill: "#667085", anchor: "middle")
    }
    body.text(
      "tokens per second", x: axis.position(axis.maximum / 2), y: y + 30, size: 12, fill: "#344054",
      anchor: "middle")
  }

  private mutating func drawBar(_ result: LayoutCaseResult, y: Double) {
    let isBest = result == results.best
    let speed = result.tokensPerSecond
    let middle = y + Place.barHeight / 2
    body.text(
      result.case.modeText, x: Place.bars - 10, y: middle + 4, size: 12, weight: isBest ? "bold" : "normal",
      anchor: "end")
    body.rectangle(
      x: Place.bars, y: y, width: axis.position(speed.median) - Place.bars, height: Place.barHeight,
      fill: result.case.mode.color, radius: 2, stroke: isBest ? "#101828" : nil)
    let (low, high) = (axis.position(speed.lowerQuartile), axis.position(speed.upperQuartile))
    body.line(low, middle, high, middle, color: "#101828")
    for x in [low, high] { body.line(x, middle - 4, x, middle + 4, color: "#101828") }
    let weight = isBest ? "bold" : "normal"
    let x = max(high, axis.position(speed.median)) + 8
    body.text(String(format: "%.1f", speed.median), x: x, y: middle + 4, size: 12, weight: weight)
    body.text(
      String(format: "%.2f×", result.ratio.median) + (isBest ? " ★ best" : ""), x: x + 48, y: middle + 4,
      size: 12, weight: weight, fill: isBest ? "#101828" : "#667085")
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
