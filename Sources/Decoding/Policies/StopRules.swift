/// AdaEDL (arXiv 2410.18351): ends a chain where the lower bound 1 − √(γ·H) of the acceptance falls below λ, with H the
/// entropy of the newest proposal's distribution and γ = 0.2.
public struct EntropyRule: StopRule, Sendable {
  private static let entropyWeight: Float = 0.2
  private var threshold: AdaptiveThreshold
  private let isFixed: Bool

  /// - Parameter threshold: λ, kept as it is; nil: begins at 0.4 and adapts.
  public init(threshold: Double? = nil) {
    self.threshold = AdaptiveThreshold(threshold ?? 0.4)
    isFixed = threshold != nil
  }

  public var needs: DraftSignals.Needs { .softmax }

  public func goesOn(after chain: DraftChain, costs: CostModel) -> Bool {
    guard let entropy = chain[chain.count - 1].entropy else { return true }
    return Double(1 - (Self.entropyWeight * entropy).squareRoot()) >= threshold.value
  }

  public mutating func observe(_ judgement: ChainJudgement) {
    if !isFixed { threshold.observe(judgement) }
  }
}

/// Draft & Verify (arXiv 2309.08168): ends a chain where the newest proposal's probability falls below a threshold.
public struct ConfidenceRule: StopRule, Sendable {
  private var threshold: AdaptiveThreshold
  private let isFixed: Bool

  /// - Parameter threshold: In `0...1`, kept as it is; nil: begins at 0.6 and adapts as AdaEDL's does.
  public init(threshold: Double? = nil) {
    self.threshold = AdaptiveThreshold(threshold ?? 0.6)
    isFixed = threshold != nil
  }

  public var needs: DraftSignals.Needs { .softmax }

  public func goesOn(after chain: DraftChain, costs: CostModel) -> Bool {
    guard let probability = chain[chain.count - 1].probability else { return true }
    return Double(probability) >= threshold.value
  }

  public mutating func observe(_ judgement: ChainJudgement) {
    if !isFixed { threshold.observe(judgement) }
  }
}

/// SpecDec++ (arXiv 2405.19715): ends a chain when the probability that any of it is rejected, 1 − Π p̂, exceeds h.
///
/// p̂ comes from an acceptance head, which judges a token after the draft has read it: the newest proposal has none, and
/// is submitted all the same.
public struct AcceptanceHeadRule: StopRule, Sendable {
  /// The paper's limits of a draft's length.
  public static let lengths = 2...20

  private let threshold: Double

  /// - Parameter threshold: h, in `0...1`; the paper uses 0.3 to 0.7.
  public init(threshold: Double = 0.5) { self.threshold = threshold }

  public var needs: DraftSignals.Needs { .acceptance }

  public func goesOn(after chain: DraftChain, costs: CostModel) -> Bool {
    if chain.count < Self.lengths.lowerBound { return true }
    if chain.count >= Self.lengths.upperBound { return false }
    var survival = 1.0
    // Each knows about the one before it. What the first one tells is about a token that is final.
    for index in 1..<chain.count { survival *= Double(chain[index].previousAcceptance ?? 1) }
    return 1 - survival <= threshold
  }

  public func observe(_ judgement: ChainJudgement) {}
}

/// Ends a chain where no continuation of it brings more than it costs: drafts on iff, for some n,
/// r_{k+1} + … + r_{k+n} ≥ ρ·(n·T_d + T(k+1+n) − T(k+1)), with r_i the probability that the first i tokens are all
/// accepted and ρ the tokens per second of late. Looking at one token only would end every chain at a step of T.
///
/// Now and then a chain that is likely to be accepted goes on for a few more: longer passes may have become cheaper than
/// they were when they were measured, and nobody would know.
public struct CostRule: StopRule, Sendable {
  private var calibration = ConfidenceCalibration()
  /// Ends of chains, and how many tokens the newest may still be longer.
  private var endCount = 0
  private var trialLength = 0
  /// Length of the chain that was asked about last, and whether it was at its end.
  private var lastCount = 0
  private var isAtEnd = false

  public init() {}

  public var needs: DraftSignals.Needs { .softmax }

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
      trialLength = endCount % Self.endsPerTrial == 0 ? Self.longestTrial : 0
    }
    guard trialLength > 0, survival(of: chain) > Self.leastSurvival else { return false }
    trialLength -= 1
    return true
  }

  private func survival(of chain: DraftChain) -> Double {
    var survival = 1.0
    for index in 0..<chain.count { survival *= calibration.probability(chain[index]) }
    return survival
  }

  private func isWorthwhile(_ chain: DraftChain, _ costs: CostModel) -> Bool {
    guard let rate = costs.tokensPerSecond, let draft = costs.draft,
      let now = costs.verify(rows: chain.count + 1)
    else { return true }
    var survival = survival(of: chain)
    var gain = 0.0
    for number in 1...Self.foresight {
      survival *= calibration.expectedProbability
      gain += survival
      guard let later = costs.verify(rows: chain.count + 1 + number) else { return true }
      if gain >= rate * (Double(number) * draft + max(0, later - now)) { return true }
    }
    return false
  }

  /// Tokens that it looks ahead.
  private static let foresight = 4
  private static let endsPerTrial = 12
  private static let longestTrial = 4
  /// A chain that is likelier than this to be accepted as a whole may be longer for a trial.
  private static let leastSurvival = 0.5

  public mutating func observe(_ judgement: ChainJudgement) {
    for index in 0..<judgement.testedCount {
      calibration.observe(judgement.chain[index], isAccepted: index < judgement.acceptedCount)
    }
  }
}
