import Foundation

/// A scale from 0 with round numbers.
struct ChartAxis {
  /// The last tick.
  let maximum: Double
  /// Round numbers in equal steps, from 0.
  let ticks: [Double]
  private let step: Double
  private let start: Double
  private let length: Double

  /// - Parameters:
  ///   - maximum: The largest value, above 0.
  ///   - start: Where 0 is.
  ///   - length: From there to the last tick.
  init(maximum: Double, start: Double, length: Double) {
    let largest = maximum.isFinite && maximum > 0 ? maximum : 1
    // About six steps of 1, 2 or 5 times a power of ten.
    let raw = largest / 6
    let power = pow(10, floor(log10(raw)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? 10 * power
    let count = Int((largest / step).rounded(.up))
    ticks = (0...count).map { Double($0) * step }
    self.maximum = Double(count) * step
    self.step = step
    (self.start, self.length) = (start, length)
  }

  func position(_ value: Double) -> Double { start + value / maximum * length }

  /// With as many digits as the steps need.
  func label(_ tick: Double) -> String {
    String(format: "%.\(max(0, -Int(floor(log10(step)))))f", tick)
  }
}
