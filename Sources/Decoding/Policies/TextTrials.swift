/// Now and then a text is begun as if nothing were known of the draft, however little it was worth in those before: texts
/// differ, short ones end before it is time for a review, and in the beginning the draft has read all there is.
struct TextTrials: Sendable {
  private var textCount = 0
  private var interval = Self.shortestInterval

  private static let shortestInterval = 4
  private static let longestInterval = 16

  /// A text begins.
  /// - Parameter isAlone: Whether the target worked alone at the end of the last one.
  /// - Returns: Whether to try the draft.
  mutating func begin(isAlone: Bool) -> Bool {
    guard isAlone else {
      self = TextTrials()
      return false
    }
    textCount += 1
    guard textCount >= interval else { return false }
    textCount = 0
    interval = min(2 * interval, Self.longestInterval)
    return true
  }
}
