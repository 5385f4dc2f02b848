/// Expected tokens per second of each way to schedule the two lanes, if every drafted token is accepted with the same
/// probability α whatever came before, in a renewal cycle from one token of the target's own to the next.
///
/// Formulas: arXiv 2211.17192 (equation 1) for speculation; arXiv 2408.11850 for drafting while verifying.
public struct SpeedForecast: Sendable {
  /// α, in `0...0.999`.
  private let acceptance: Double
  private let costs: CostModel
  // α^m by m, looked at many times.
  private var powers = InlineArray<66, Double>(repeating: 1)

  public init(acceptance: Double, costs: CostModel) {
    self.acceptance = min(max(acceptance, 0), 0.999)
    self.costs = costs
    for rows in 1...CostModel.maximumRowCount { powers[rows] = powers[rows - 1] * self.acceptance }
  }

  /// The target alone: 1 / T(1). Nil before anything was measured.
  public var autoregressive: Double? { costs.verify(rows: 1).map { 1 / $0 } }

  /// 1 + α + … + α^(count − 1): expected tokens of a pass with `count` rows, in which each row yields a token if those
  /// before it accepted.
  private func tokens(rows count: Int) -> Double {
    (1 - power(count)) / (1 - acceptance)
  }

  private func power(_ exponent: Int) -> Double { powers[min(exponent, CostModel.maximumRowCount)] }

  /// Draft γ tokens, then verify: (1 − α^(γ+1)) / (1 − α) tokens in γ·T_d + T(γ + 1), and what a first token takes longer.
  public func speculative(draftLength: Int) -> Double? {
    guard let draft = costs.draft, let pass = costs.verify(rows: draftLength + 1) else { return nil }
    let drafting = costs.firstDraftExtra + Double(draftLength) * draft
    return tokens(rows: draftLength + 1) / (drafting + pass)
  }

  /// Draft without a pause while verifying.
  ///
  /// A cycle: `waiting` tokens are drafted, a pass tests them and the first one drafted meanwhile; if all are accepted,
  /// further passes follow, each over what was drafted during the one before.
  /// - Parameters:
  ///   - waiting: Tokens that the target waits for after a token of its own, at least 0.
  ///   - ahead: Most tokens drafted during a pass, at least 1.
  public func freeRunning(waiting: Int, ahead: Int) -> Double? {
    guard let draft = costs.draft, let first = pass(rows: waiting + 1, ahead: ahead),
      let steady = pass(rows: first.drafted, ahead: ahead)
    else { return nil }
    let firstTokens = tokens(rows: waiting + 1)
    let steadyTokens = tokens(rows: steady.drafted)
    let isThrough = power(waiting + 1)
    // Number of further passes: each is followed by another if all of its rows accept.
    let steadyCount = isThrough / max(1e-6, 1 - power(steady.drafted))
    let drafting = waiting > 0 ? costs.firstDraftExtra + Double(waiting) * draft : 0
    let time = drafting + first.seconds + steadyCount * steady.seconds
    return (firstTokens + steadyCount * steadyTokens) / time
  }

  /// PEARL in lockstep: each step is over when γ tokens are drafted and the pass is done. Of all steps, those after one that
  /// accepted all test γ tokens, the others one.
  public func lockstep(draftLength: Int) -> Double? {
    guard let preVerify = step(rows: 1, draftCount: draftLength),
      let postVerify = step(rows: draftLength, draftCount: draftLength)
    else { return nil }
    let weight = 1 - power(draftLength) + acceptance
    let share = acceptance / weight
    return tokens(rows: draftLength) / weight / ((1 - share) * preVerify + share * postVerify)
  }

  /// Seconds of a pass and of drafting that begins with it, until both are done: while both run, each is as slow as beside
  /// the other; what is left of one when the other is done runs alone.
  private func step(rows: Int, draftCount: Int) -> Double? {
    guard let draft = costs.draft, let pass = costs.verify(rows: rows) else { return nil }
    let drafting = Double(draftCount) * draft
    if costs.takesTurns { return pass + costs.firstDraftExtra + drafting }
    let slowPass = pass * costs.targetSlowdown(rows: rows)
    let slowDrafting = drafting * costs.draftSlowdown.value
    return slowPass <= slowDrafting
      ? slowPass + (1 - slowPass / slowDrafting) * drafting
      : slowDrafting + (1 - slowDrafting / slowPass) * pass
  }

  /// A pass with a draft beside it: how long it takes, and how many tokens are drafted meanwhile.
  private func pass(rows: Int, ahead: Int) -> (seconds: Double, drafted: Int)? {
    guard let draft = costs.draft, let alone = costs.verify(rows: rows) else { return nil }
    let step = draft * costs.draftSlowdown.value
    let slowed = alone * costs.targetSlowdown(rows: rows)
    // The first token is waited for, as the last row tests it.
    let drafted = min(ahead, max(1, Int(slowed / step)))
    let drafting = Double(drafted) * step
    if drafting >= slowed { return (drafting, drafted) }
    // While the draft computes the target is slower; then it has all cores.
    return (drafting + alone * (1 - drafting / slowed), drafted)
  }
}

extension SpeedForecast {
  /// Of a mode; of one that chooses by itself, with the best choice. Nil before anything was measured.
  /// - Parameter longest: Most tokens that such a mode drafts, at least 1.
  public func tokensPerSecond(in mode: DecodingMode, upTo longest: Int) -> Double? {
    let inTurn = bestSpeculative(upTo: longest)?.tokensPerSecond
    // Nil where the models take turns.
    let together = bestFreeRunning(upTo: longest)?.tokensPerSecond
    return switch mode {
    case .autoregressive: autoregressive
    case .speculative(let draftLength): speculative(draftLength: draftLength)
    case .lockstepPEARL(let draftLength): lockstep(draftLength: draftLength)
    case .freeRunningPEARL: together ?? inTurn
    case .automatic: [autoregressive, inTurn, together].compactMap(\.self).max()
    }
  }

  /// The best length, and its speed.
  public func bestSpeculative(upTo longest: Int) -> (draftLength: Int, tokensPerSecond: Double)? {
    var best: (draftLength: Int, tokensPerSecond: Double)?
    for length in 1...longest {
      guard let speed = speculative(draftLength: length) else { return nil }
      if speed > best?.tokensPerSecond ?? 0 { best = (length, speed) }
    }
    return best
  }

  /// A limit for drafts: where a stop rule ends them earlier, what is best at the average is none for a good stretch.
  static func limit(forBest draftLength: Int, upTo longest: Int, hasStopRule: Bool) -> Int {
    hasStopRule ? min(longest, 2 * draftLength + 2) : draftLength
  }

  /// The best waiting and drafting ahead, and their speed; nil also where the models take turns.
  public func bestFreeRunning(
    upTo longest: Int
  ) -> (waiting: Int, ahead: Int, tokensPerSecond: Double)? {
    if costs.takesTurns { return nil }
    var best: (waiting: Int, ahead: Int, tokensPerSecond: Double)?
    for waiting in 0...min(8, longest - 1) {
      for ahead in 1...longest - waiting {
        guard let speed = freeRunning(waiting: waiting, ahead: ahead) else { return nil }
        if speed > best?.tokensPerSecond ?? 0 { best = (waiting, ahead, speed) }
      }
    }
    return best
  }
}
