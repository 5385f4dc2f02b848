/// When the draft looks again at what the target wrote alone: soon, but never for more than a small share of the time.
struct ReviewSchedule: Sendable {
  /// Of this text, since the last review.
  private var tokenCount = 0
  /// Since the last one, of all texts.
  private var seconds = 0.0
  /// What the last one took for each token that it may have read; 0 before the first.
  private var secondsPerToken = 0.0

  /// Fewer tokens say little.
  private static let leastTokenCount = 24
  /// Where nobody can review, and it comes to a trial.
  private static let tokensPerTrial = 96
  private var isReviewable = true
  /// Most of the time that goes into reviews.
  private static let largestShare = 0.01

  /// Whether it is time for one.
  var isDue: Bool {
    tokenCount >= (isReviewable ? Self.leastTokenCount : Self.tokensPerTrial)
      && secondsPerToken * Double(readCount) <= Self.largestShare * seconds
  }

  /// Tokens that a review would read: it takes the longer, the more the target wrote alone.
  private var readCount: Int { min(max(tokenCount, 1), ModelDrafter.mostReviewedTokenCount) }

  /// The target wrote something.
  mutating func pass(tokenCount: Int, seconds: Double) {
    self.tokenCount += tokenCount
    self.seconds += seconds
  }

  /// A text begins.
  mutating func begin() { tokenCount = 0 }

  /// - Parameter isAnswered: Whether the draft could say anything.
  mutating func end(after seconds: Double, isAnswered: Bool) {
    (secondsPerToken, isReviewable) = (seconds / Double(readCount), isAnswered)
    restart()
  }

  /// What was written before needs no review. What one costs is still known.
  mutating func restart() { (tokenCount, seconds) = (0, 0) }
}
