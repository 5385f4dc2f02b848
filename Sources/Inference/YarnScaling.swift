import Glibc

/// How YaRN (Peng et al. 2023) stretches the context: pairs that turn slowly are slowed down by the whole factor, pairs
/// that turn fast not at all, and those between by a mixture.
public struct YarnScaling: Equatable, Sendable {
  /// The context that the model had before.
  public let originalContextLength: Int
  /// Pairs with more rotations than this over the original context stay as they are (β of the paper).
  public let fastRotations: Double
  /// Pairs with fewer are slowed down by the whole factor (α of the paper).
  public let slowRotations: Double

  public init(originalContextLength: Int, fastRotations: Double, slowRotations: Double) {
    self.originalContextLength = originalContextLength
    self.fastRotations = fastRotations
    self.slowRotations = slowRotations
  }

  /// How much of its own speed pair `index` keeps, 0...1.
  func kept(_ index: Int, rotaryLength: Int, base: Double) -> Double {
    /// The pair, as a fraction, that turns so many times.
    func pair(turning count: Double) -> Double {
      Double(rotaryLength) * log(Double(originalContextLength) / (count * 2 * .pi)) / (2 * log(base))
    }
    let first = max(pair(turning: fastRotations).rounded(.down), 0)
    let last = min(pair(turning: slowRotations).rounded(.up), Double(rotaryLength - 1))
    return 1 - min(max((Double(index) - first) / max(last - first, 0.001), 0), 1)
  }

  /// What all cosines and sines are multiplied with, so that attention stays as sharp (eq. 22 of the paper, for queries
  /// and keys each).
  func magnitude(scale: Double) -> Double { 1 + 0.1 * log(scale) }
}
