/// A moving average: the mean of the first values, then an exponential one.
public struct Average: Sendable, Equatable {
  /// The average, or what it started with.
  public private(set) var value: Double
  private var count = 0
  private let span: Int

  /// - Parameters:
  ///   - initial: The value before the first `add`.
  ///   - weight: As how many values it counts; 0: the first `add` replaces it.
  ///   - span: About how many values it remembers, at least 1.
  public init(_ initial: Double, weight: Int = 0, span: Int = 20) {
    precondition(span >= 1, "an average of something")
    value = initial
    count = weight
    self.span = span
  }

  public mutating func add(_ new: Double) {
    count = min(count + 1, span)
    value += (new - value) / Double(count)
  }
}
