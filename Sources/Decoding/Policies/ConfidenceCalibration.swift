/// p̂ from the draft's own confidence: how often proposals of about the same probability were accepted of late.
///
/// Confidence alone says little about agreement: a small draft is sure of much, a good one is right where it doubts. So
/// probabilities are sorted into bins, and each bin keeps an average of what became of its proposals.
public struct ConfidenceCalibration: Sendable {
  /// Upper ends of the bins; the last one is 1.
  private static let edges: [Float] = [0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.88, 0.94, 0.98, 0.995, 1]
  /// A bin begins as if it had seen this many proposals accepted at the rate of its probability.
  private static let priorWeight = 4.0
  /// What is left of a bin's past after one more proposal in it.
  private static let memory = 0.985

  private var accepted: [Double]
  private var tested: [Double]

  public init() {
    let edges = Self.edges
    let middles = edges.indices.map { Double(($0 == 0 ? 0 : edges[$0 - 1]) + edges[$0]) / 2 }
    accepted = middles.map { $0 * Self.priorWeight }
    tested = .init(repeating: Self.priorWeight, count: edges.count)
  }

  /// p̂ of a proposal, in `0...1`. One without a probability counts as one of 0.75.
  public func probability(_ signals: DraftSignals) -> Double {
    let bin = Self.bin(signals)
    return accepted[bin] / tested[bin]
  }

  /// p̂ of a proposal that is not made yet: the average over all bins.
  public var expectedProbability: Double { accepted.reduce(0, +) / tested.reduce(0, +) }

  public mutating func observe(_ signals: DraftSignals, isAccepted: Bool) {
    let bin = Self.bin(signals)
    tested[bin] = tested[bin] * Self.memory + 1
    accepted[bin] = accepted[bin] * Self.memory + (isAccepted ? 1 : 0)
  }

  private static func bin(_ signals: DraftSignals) -> Int {
    let probability = signals.probability ?? 0.75
    return edges.firstIndex { probability <= $0 } ?? edges.count - 1
  }
}
