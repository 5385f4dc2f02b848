/// How fast drafting would be with a stop rule, computed from what a head predicts for texts of the target.
///
/// The rule is SpecDec++'s: with C = Π p̂ over the drafted tokens whose p̂ is known, stop when 1 − C > h. A token's p̂
/// becomes known when it is fed, and that pass gives the next token too, which is verified as well. A round with n
/// tokens costs n passes of the draft and one of the target; what it brings is the expected number of tokens under the
/// labels, counting the correction or the bonus token.
///
/// One thing is assumed: that acceptance along the target's own text is as along accepted candidates. Examples must
/// have been made with `.branched`, which has one for every position.
public struct SpeedEstimate {
  /// Most tokens of a round, as in the paper.
  public static let longestRound = 20

  private let probabilities, labels: [[Float]]

  /// - Parameters:
  ///   - evaluation: Of a head on texts that it was not trained on.
  ///   - transform: What is done with each p̂ before the rule sees it.
  public init(_ evaluation: HeadEvaluation, transform: (Float) -> Float = { $0 }) {
    self.init(
      probabilities: evaluation.probabilities.map { $0.map(transform) }, labels: evaluation.labels)
  }

  /// - Parameters:
  ///   - probabilities: p̂ at each position of each text.
  ///   - labels: How probable acceptance is there.
  init(probabilities: [[Float]], labels: [[Float]]) {
    (self.probabilities, self.labels) = (probabilities, labels)
  }

  /// Speed over the target alone when drafting stops at 1 − C > h.
  /// - Parameter costRatio: Time of a target's pass, whatever its length, over that of a draft's.
  public func speed(stopThreshold: Float, costRatio: Double) -> Double {
    speed(costRatio: costRatio) { text, start in
      var (confidence, count) = (Float(1), 1)
      while count < min(Self.longestRound, text.count - start) {
        confidence *= text[start + count - 1]
        count += 1
        if 1 - confidence > stopThreshold { break }
      }
      return count
    }
  }

  /// The same with `length` tokens in every round.
  public func speed(fixedLength length: Int, costRatio: Double) -> Double {
    speed(costRatio: costRatio) { text, start in min(length, text.count - start) }
  }

  /// The fixed length that is fastest, and its speed.
  public func bestFixedLength(costRatio: Double) -> (length: Int, speed: Double) {
    (1...Self.longestRound)
      .map { ($0, speed(fixedLength: $0, costRatio: costRatio)) }
      .max { $0.1 < $1.1 }!
  }

  /// - Parameter length: Tokens of a round that starts at a position of a text, given all p̂ of the text.
  private func speed(costRatio: Double, length: ([Float], Int) -> Int) -> Double {
    var (tokens, cost) = (0.0, 0.0)
    for (predicted, accepted) in zip(probabilities, labels) where !accepted.isEmpty {
      // How probable it is that a round starts at each position.
      var visits = [Double](repeating: 0, count: accepted.count + Self.longestRound + 2)
      visits[0] = 1
      for start in accepted.indices where visits[start] > 0 {
        let count = length(predicted, start)
        var reached = visits[start]
        for position in start..<start + count {
          tokens += reached
          visits[position + 1] += reached * Double(1 - accepted[position])
          reached *= Double(accepted[position])
        }
        tokens += reached
        visits[start + count + 1] += reached
        cost += visits[start] * (Double(count) + costRatio)
      }
    }
    return cost > 0 ? tokens / cost * costRatio : 0
  }
}
