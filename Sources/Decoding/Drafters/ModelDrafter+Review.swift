import TensorTypes

extension ModelDrafter {
  /// Rows of logits per pass of a review.
  private static let reviewedRowCount = 16
  /// Tokens that a review reads when it has missed more than twice as many, and how many of the first of those are not
  /// judged, since little came before them.
  private static let reviewWindow = 96
  private static let unjudgedCount = 32
  /// Most tokens that a review reads.
  static var mostReviewedTokenCount: Int { 2 * reviewWindow }

  /// A proposal here is the token that the target would draw with the same noise, whatever the method.
  public func review(_ sequence: TokenSequence) -> (agreed: Int, tested: Int)? {
    let end = min(sequence.committedCount - 1, model.contextLength)
    if end - model.cachedCount <= Self.mostReviewedTokenCount {
      return review(sequence, to: end, shiftedBy: 0)
    }
    // Reading everything would cost more than knowing is worth: the last tokens, as if nothing came before them. What
    // that leaves in the cache belongs to no sequence.
    model.rollBack(to: 0)
    let first = end - Self.reviewWindow
    _ = review(sequence, to: first + Self.unjudgedCount, shiftedBy: first)
    let counts = review(sequence, to: end, shiftedBy: first)
    model.rollBack(to: 0)
    return counts
  }

  /// - Parameter shift: By how much positions in the sequence are greater than those in the cache.
  private func review(
    _ sequence: TokenSequence, to end: Int, shiftedBy shift: Int
  ) -> (agreed: Int, tested: Int) {
    var counts = (agreed: 0, tested: 0)
    while model.cachedCount + shift < end {
      let first = model.cachedCount + shift
      let rowCount = min(Self.reviewedRowCount, end - first)
      model.forward(sequence.tokens(first..<first + rowCount), logitRowCount: rowCount)
      for row in 0..<rowCount {
        let position = first + row + 1
        chain.apply(
          to: model.logits(row: row), history: sequence.tokens(0..<position), into: scratch)
        let own = scratch.coupledToken(random: random, position: position)
        counts.tested += 1
        if own == sequence[position] { counts.agreed += 1 }
      }
    }
    return counts
  }
}
