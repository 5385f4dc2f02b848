/// How probable it is that the target accepts a proposal: what the cost rule weighs against times.
///
/// p̂ is a logistic regression on what is known of the proposal, learnt from those that the target judged: the draft's own
/// probability of the token, what an acceptance head says of it (SpecDec++, arXiv 2405.19715), and how much was accepted
/// lately. None is enough alone: a small draft is sure of much, a head was trained for one temperature and one kind of text,
/// and in boilerplate everything is right for long.
struct AcceptanceEstimator: Sendable {
  /// Whether an acceptance head is asked.
  let usesHead: Bool
  // What is known decides which regression. They begin half-way to what fits the pair in Models/, greedy.
  private var byHead = LogisticRegression([0.4, 0.8, 0.5, 0.3])
  private var byConfidence = LogisticRegression([0.5, 1, 0, 0.5])
  private var byHistory = LogisticRegression([0, 0, 0, 1])
  /// Share of the judged proposals that was accepted: lately, and for longer.
  private var recent = 0.7
  private var overall = 0.7

  private static let headFeature = 2
  private static let recentRate = 0.1
  private static let overallRate = 0.01

  init(usesHead: Bool = false) { self.usesHead = usesHead }

  /// What it looks at in a chain's signals.
  var needs: DraftSignals.Needs { usesHead ? [.softmax, .acceptance] : .softmax }

  /// p̂ of proposal `index` of a chain, in `0...1`.
  func probability(of index: Int, in chain: DraftChain) -> Double {
    let features = features(of: index, in: chain)
    if head(of: index, in: chain) != nil { return byHead.probability(features) }
    return (chain[index].probability != nil ? byConfidence : byHistory).probability(features)
  }

  /// p̂ of a proposal that is not made yet.
  var expectedProbability: Double { overall }

  /// Learns from proposals that were judged.
  mutating func observe(_ judgement: ChainJudgement) {
    for index in 0..<judgement.testedCount {
      let outcome = index < judgement.acceptedCount ? 1.0 : 0
      var features = features(of: index, in: judgement.chain)
      if head(of: index, in: judgement.chain) != nil { byHead.observe(features, outcome: outcome) }
      // The newest proposal is judged without the head, and all can teach how.
      features[Self.headFeature] = 0
      if judgement.chain[index].probability != nil {
        byConfidence.observe(features, outcome: outcome)
      } else {
        byHistory.observe(features, outcome: outcome)
      }
      recent += Self.recentRate * (outcome - recent)
      overall += Self.overallRate * (outcome - overall)
    }
  }

  /// What the head says of a proposal, which it does when the next one is made: the newest has only its confidence.
  private func head(of index: Int, in chain: DraftChain) -> Float? {
    usesHead && index + 1 < chain.count ? chain[index + 1].previousAcceptance : nil
  }

  /// 1, then log odds: of the confidence, of the head's word, and of what was accepted lately; 0 where nobody knows.
  private func features(of index: Int, in chain: DraftChain) -> SIMD4<Double> {
    let confidence = chain[index].probability.map { logOdds(Double($0)) } ?? 0
    let head = head(of: index, in: chain).map { logOdds(Double($0)) } ?? 0
    return SIMD4(1, confidence, head, logOdds(recent))
  }
}
