import Glibc

/// The probability of an outcome by four features, 1 / (1 + exp(−w·x)), learnt from one observation after the other by
/// gradient steps of a fixed size: what it learnt long ago fades. Holds no memory of its own.
struct LogisticRegression: Sendable, Equatable {
  private var weights: SIMD4<Double>

  /// Of a step along the gradient of the log likelihood.
  private static let rate = 0.03

  /// - Parameter weights: w, before anything is learnt.
  init(_ weights: SIMD4<Double>) { self.weights = weights }

  func probability(_ features: SIMD4<Double>) -> Double { 1 / (1 + exp(-(weights * features).sum())) }

  /// - Parameter outcome: 1, or 0.
  mutating func observe(_ features: SIMD4<Double>, outcome: Double) {
    weights += Self.rate * (outcome - probability(features)) * features
  }
}

/// log(p / (1 − p)); of probabilities so near to 0 or 1 that nobody can know them, that of 0.001 or 0.999, and of what is
/// not a number, as a draft with broken weights may tell, that of 0.001.
func logOdds(_ probability: Double) -> Double {
  let probability = probability > 0.001 ? min(probability, 0.999) : 0.001
  return log(probability / (1 - probability))
}
