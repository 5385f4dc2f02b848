/// A ratio of sums that count less the more comes after them: an average of what was judged, by number.
struct FadingRatio: Sendable {
  /// Weighted, as `weight` is.
  private(set) var sum: Double
  /// As how many judged tokens it counts.
  private(set) var weight: Double
  private let memory: Double

  /// - Parameters:
  ///   - value: The ratio before anything is known.
  ///   - weight: As if so many had been judged; above 0.
  ///   - memory: What one more leaves of the weight of those before, in `0...1`.
  init(_ value: Double, weight: Double, memory: Double) {
    (sum, self.weight, self.memory) = (value * weight, weight, memory)
  }

  var value: Double { sum / weight }

  mutating func add(_ newSum: Double, of count: Int) {
    guard count > 0 else { return }
    var fading = 1.0
    for _ in 0..<min(count, 400) { fading *= memory }
    sum = sum * fading + newSum
    weight = weight * fading + Double(count)
  }

  /// Makes what is known count less beside what comes.
  /// - Parameter share: In `0...1`.
  mutating func fade(to share: Double) {
    sum *= share
    weight *= share
  }

  /// Begins anew.
  mutating func restart(at value: Double, weight newWeight: Double) {
    (sum, weight) = (value * newWeight, newWeight)
  }
}

extension FadingRatio {
  /// α of late, before anything is known of the pair.
  static var acceptanceOfLate: FadingRatio {
    FadingRatio(unknownAcceptance, weight: unknownWeight, memory: 0.98)
  }

  /// α of a pair of which nothing is known, and as how many judged tokens that counts.
  static let unknownAcceptance = 0.7
  static let unknownWeight = 4.0
}
