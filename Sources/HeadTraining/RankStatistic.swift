/// The area under the ROC curve with soft labels: the chance that of a token that is accepted and one that is rejected,
/// the first has the higher score; equal scores count half.
///
/// With label a, a token is a positive of weight a and a negative of weight 1 − a: what the average over drawn labels is.
public enum RankStatistic {
  /// - Parameters:
  ///   - scores: Finite.
  ///   - labels: As many, each in 0...1.
  /// - Returns: Nil where all weight is on one side.
  /// - Complexity: O(n log n).
  public static func area(scores: [Float], labels: [Float]) -> Double? {
    precondition(scores.count == labels.count)
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    var (below, area, positives) = (0.0, 0.0, 0.0)
    var first = 0
    while first < order.count {
      var (end, positive, negative) = (first, 0.0, 0.0)
      while end < order.count, scores[order[end]] == scores[order[first]] {
        positive += Double(labels[order[end]])
        negative += 1 - Double(labels[order[end]])
        end += 1
      }
      area += positive * (below + negative / 2)
      below += negative
      positives += positive
      first = end
    }
    return positives > 0 && below > 0 ? area / (positives * below) : nil
  }
}
