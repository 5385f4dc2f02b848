/// Ends a chain where no continuation of it brings more than it costs: drafts on iff, for some n,
/// r_{k+1} + … + r_{k+n} ≥ ρ·(n·T_d + T(k+1+n) − T(k+1)), with r_i the probability that the first i tokens are all
/// accepted and ρ the tokens per second of late. Looking at one token only would end every chain at a step of T.
///
/// Now and then a chain that is likely to be accepted goes on for a few more: longer passes may have become cheaper than
/// they were when they were measured, and nobody would know. By what they cost as far as is known, these take a hundredth
/// of the time.
public struct CostRule: StopRule, Sendable {
  private var estimator: AcceptanceEstimator
  /// Ends of chains since the last one that was longer for a trial, and how many tokens the newest may still be longer.
  private var endCount = 0
  private var trialLength = 0
  /// Length of the chain that was asked about last, and whether it was at its end.
  private var lastCount = 0
  private var isAtEnd = false

  /// - Parameter usesHead: Whether an acceptance head is asked as well; the drafter needs one.
  public init(usesHead: Bool = false) { estimator = AcceptanceEstimator(usesHead: usesHead) }

  public var needs: DraftSignals.Needs { estimator.needs }

  public mutating func goesOn(after chain: DraftChain, costs: CostModel) -> Bool {
    if chain.count <= lastCount { isAtEnd = false }
    lastCount = chain.count
    if isWorthwhile(chain, costs) {
      isAtEnd = false
      return true
    }
    if !isAtEnd {
      isAtEnd = true
      endCount += 1
      trialLength = 0
      if isTimeForTrial(chain, costs) { (endCount, trialLength) = (0, Self.longestTrial) }
    }
    guard trialLength > 0, survival(of: chain) > Self.leastSurvival else { return false }
    trialLength -= 1
    return true
  }

  private func isTimeForTrial(_ chain: DraftChain, _ costs: CostModel) -> Bool {
    guard endCount >= Self.leastEndsPerTrial, survival(of: chain) > Self.leastSurvival,
      let draft = costs.draft, let round = costs.secondsPerRound,
      let now = costs.verify(rows: chain.count + 1),
      let later = costs.verify(rows: chain.count + 1 + Self.longestTrial)
    else { return false }
    let seconds = Double(Self.longestTrial) * draft + max(0, later - now)
    return seconds <= Self.largestTrialShare * Double(endCount) * round
  }

  private func survival(of chain: DraftChain) -> Double {
    var survival = 1.0
    for index in 0..<chain.count { survival *= estimator.probability(of: index, in: chain) }
    return survival
  }

  private func isWorthwhile(_ chain: DraftChain, _ costs: CostModel) -> Bool {
    guard let rate = costs.tokensPerSecond, let draft = costs.draftsMeanwhile ? 0 : costs.draft,
      let now = costs.verify(rows: chain.count + 1)
    else { return true }
    var survival = survival(of: chain)
    var gain = 0.0
    for number in 1...Self.foresight {
      survival *= estimator.expectedProbability
      gain += survival
      guard let later = costs.verify(rows: chain.count + 1 + number) else { return true }
      if gain >= rate * (Double(number) * draft + max(0, later - now)) { return true }
    }
    return false
  }

  /// Tokens that it looks ahead.
  private static let foresight = 4
  private static let leastEndsPerTrial = 12
  private static let longestTrial = 4
  /// Most of the time that goes into trials.
  private static let largestTrialShare = 0.01
  /// A chain that is likelier than this to be accepted as a whole may be longer for a trial.
  private static let leastSurvival = 0.5

  public mutating func observe(_ judgement: ChainJudgement) { estimator.observe(judgement) }
}
