/// Ends a chain where no continuation of it brings more than it costs: drafts on iff, for some n,
/// r_{k+1} + … + r_{k+n} ≥ ρ·(n·T_d + T(k+1+n) − T(k+1)), with r_i the probability that the first i tokens are all
/// accepted and ρ the tokens per second of late. Looking at one token only would end every chain at a step of T.
///
/// Now and then a chain that is likely to be accepted goes on for a few more: longer passes may have become cheaper than
/// they were when they were measured, and nobody would know. By what they cost and bring as far as is known, these lose a
/// hundredth of the time.
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
      trialLength = trialLengthDue(chain, costs)
      if trialLength > 0 { endCount = 0 }
    }
    guard trialLength > 0, survival(of: chain) > Self.leastSurvival else { return false }
    trialLength -= 1
    return true
  }

  /// How many more tokens are drafted to see what they cost: those that are the least of a loss, if it is time; else 0.
  private func trialLengthDue(_ chain: DraftChain, _ costs: CostModel) -> Int {
    guard endCount >= Self.leastEndsPerTrial, survival(of: chain) > Self.leastSurvival,
      let round = costs.secondsPerRound, let rate = costs.tokensPerSecond, costs.draft != nil
    else { return 0 }
    var best = (length: 0, seconds: Self.largestTrialShare * Double(endCount) * round)
    var balance = Balance(chain, survival: survival(of: chain))
    for length in 1...Self.foresight {
      guard balance.extend(estimator.expectedProbability, costs) else { return 0 }
      let loss = balance.seconds - balance.gain / rate
      if loss <= best.seconds { best = (length, loss) }
    }
    return best.length
  }

  private func survival(of chain: DraftChain) -> Double {
    var survival = 1.0
    for index in 0..<chain.count { survival *= estimator.probability(of: index, in: chain) }
    return survival
  }

  private func isWorthwhile(_ chain: DraftChain, _ costs: CostModel) -> Bool {
    // In the first round, what the target alone would give.
    guard let rate = costs.tokensPerSecond ?? costs.verify(rows: 1).map({ 1 / $0 }) else { return true }
    var balance = Balance(chain, survival: survival(of: chain))
    for _ in 1...Self.foresight {
      guard balance.extend(estimator.expectedProbability, costs) else { return true }
      if balance.gain >= rate * balance.seconds { return true }
    }
    return false
  }

  /// What more tokens bring, and what they cost.
  private struct Balance {
    private let rows: Int
    private var survival: Double
    private var length = 0
    private(set) var gain = 0.0
    private(set) var seconds = 0.0

    init(_ chain: DraftChain, survival: Double) { (rows, self.survival) = (chain.count + 1, survival) }

    /// - Returns: False where times are not known yet.
    mutating func extend(_ probability: Double, _ costs: CostModel) -> Bool {
      length += 1
      survival *= probability
      gain += survival
      guard let draft = costs.draftsMeanwhile ? 0 : costs.draft, let now = costs.verify(rows: rows),
        let later = costs.verify(rows: rows + length)
      else { return false }
      seconds = Double(length) * draft + max(0, later - now)
      return true
    }
  }

  /// Tokens that it looks ahead.
  private static let foresight = 4
  private static let leastEndsPerTrial = 12
  /// Most of the time that goes into trials.
  private static let largestTrialShare = 0.01
  /// A chain that is likelier than this to be accepted as a whole may be longer for a trial.
  private static let leastSurvival = 0.5

  public mutating func observe(_ judgement: ChainJudgement) { estimator.observe(judgement) }
}
