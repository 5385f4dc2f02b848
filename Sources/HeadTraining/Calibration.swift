/// Predicted against true shares of acceptance, in ten bins of equal width.
public struct Calibration: Equatable, Sendable {
  public struct Bin: Equatable, Sendable {
    public var count = 0
    /// Means over the bin; 0 where it is empty.
    public var meanPrediction = 0.0
    public var meanLabel = 0.0
  }

  public let bins: [Bin]

  /// - Parameters:
  ///   - probabilities: In 0...1.
  ///   - labels: As many, each in 0...1.
  public init(probabilities: [Float], labels: [Float]) {
    precondition(probabilities.count == labels.count)
    var bins = [Bin](repeating: Bin(), count: 10)
    for (probability, label) in zip(probabilities, labels) {
      let bin = min(9, Int(probability * 10))
      bins[bin].count += 1
      bins[bin].meanPrediction += Double(probability)
      bins[bin].meanLabel += Double(label)
    }
    for index in bins.indices where bins[index].count > 0 {
      bins[index].meanPrediction /= Double(bins[index].count)
      bins[index].meanLabel /= Double(bins[index].count)
    }
    self.bins = bins
  }

  /// The expected calibration error: the mean over the examples of their bin's distance between the two means.
  public var expectedError: Double {
    let count = bins.reduce(0) { $0 + $1.count }
    let sum = bins.reduce(0) { $0 + Double($1.count) * abs($1.meanPrediction - $1.meanLabel) }
    return count == 0 ? 0 : sum / Double(count)
  }
}
