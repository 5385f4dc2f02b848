import Foundation

/// Horizontal bars of tokens per second, from the top down, above one axis.
struct BarChart {
  static let width = 960.0
  private static let barHeight = 16.0
  /// From a bar to the next one.
  static let barStep = 22.0
  /// Below the last bar.
  static let bottom = 58.0

  struct Bar {
    var label: String
    var value: Double
    /// Between which values the middle half of the measurements lies.
    var middleHalf: ClosedRange<Double>
    var color: String
    /// Beside the value.
    var note: String
    var isBest = false
    /// A value to compare with, drawn as a line across the bar.
    var mark: Double?
  }

  var body = SVGBody()
  private let axis: ChartAxis
  private let start: Double

  /// - Parameters:
  ///   - maximum: The largest value.
  ///   - start: Where bars begin: right of the labels.
  ///   - numbers: Space for value and note beside the longest bar.
  init(maximum: Double, start: Double, numbers: Double) {
    self.start = start
    axis = ChartAxis(maximum: maximum, start: start, length: Self.width - start - numbers)
  }

  mutating func drawTitle(_ title: String, lines: [(text: String, isSmall: Bool)]) {
    body.text(title, x: 24, y: 34, size: 20, weight: "bold")
    var y = 56.0
    for line in lines {
      body.text(
        line.text, x: 24, y: y, size: line.isSmall ? 11 : 13, fill: line.isSmall ? "#667085" : "#101828")
      y += 19
    }
  }

  /// Which colour means what; names that come again are left out.
  mutating func drawLegend(_ entries: [(name: String, color: String)], y: Double) {
    var x = 24.0
    var drawn: Set<String> = []
    for entry in entries where drawn.insert(entry.name).inserted {
      body.rectangle(x: x, y: y, width: 12, height: 12, fill: entry.color, radius: 2)
      body.text(entry.name, x: x + 18, y: y + 10, size: 12)
      x += 70
    }
  }

  /// - Parameter y: The top of the first bar.
  mutating func draw(_ bars: [Bar], y: Double) {
    for tick in axis.ticks {
      let x = axis.position(tick)
      body.line(
        x, y - 3, x, y + Double(bars.count) * Self.barStep - 3, color: tick == 0 ? "#98a2b3" : "#e4e7ec")
    }
    for (index, bar) in bars.enumerated() { draw(bar, y: y + Double(index) * Self.barStep) }
  }

  private mutating func draw(_ bar: Bar, y: Double) {
    let middle = y + Self.barHeight / 2
    let weight = bar.isBest ? "bold" : "normal"
    body.text(bar.label, x: start - 10, y: middle + 4, size: 12, weight: weight, anchor: "end")
    body.rectangle(
      x: start, y: y, width: axis.position(bar.value) - start, height: Self.barHeight, fill: bar.color,
      radius: 2, stroke: bar.isBest ? "#101828" : nil)
    let (low, high) = (axis.position(bar.middleHalf.lowerBound), axis.position(bar.middleHalf.upperBound))
    body.line(low, middle, high, middle, color: "#101828")
    for x in [low, high] { body.line(x, middle - 4, x, middle + 4, color: "#101828") }
    if let mark = bar.mark {
      body.rectangle(
        x: axis.position(mark) - 1, y: y - 2, width: 2, height: Self.barHeight + 4, fill: "#b54708")
    }
    let x = max(high, axis.position(max(bar.value, bar.mark ?? 0))) + 8
    let value = String(format: "%.1f", bar.value)
    body.text(value, x: x, y: middle + 4, size: 12, weight: weight)
    body.text(
      bar.note + (bar.isBest ? " ★ best" : ""), x: x + max(48, 8.2 * Double(value.count) + 6), y: middle + 4,
      size: 12, weight: weight,
      fill: bar.isBest ? "#101828" : "#667085")
  }

  /// - Parameter y: Below the last bar.
  mutating func drawAxis(y: Double) {
    for tick in axis.ticks {
      body.text(
        axis.label(tick), x: axis.position(tick), y: y + 8, size: 11, fill: "#667085", anchor: "middle")
    }
    body.text(
      "tokens per second", x: axis.position(axis.maximum / 2), y: y + 30, size: 12, fill: "#344054",
      anchor: "middle")
  }
}
