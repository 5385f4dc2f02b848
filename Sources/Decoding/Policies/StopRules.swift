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
