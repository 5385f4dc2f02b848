/// PEARL without a barrier between the lanes: the target starts a pass over whatever is pending as soon as it is free, and
/// the draft goes on guessing, up to a limit and for as long as the stop rule lets it.
///
/// After a token of its own the target may wait for a few drafts first. How many, and how far the draft goes ahead, is
/// what `SpeedForecast` says is the fastest at the measured times and the acceptance of late.
///
/// Models that take turns on the same cores gain nothing from a draft that goes on before its tokens are judged: there it
/// drafts what is best before a pass, as plain speculation does.
public struct FreeRunningPolicy: LengthPolicy, Sendable {
  /// Most tokens drafted during a pass.
  private let longest: Int
  private var acceptance = FadingRatio.acceptanceOfLate
  private var plan: FreeRunningPlan
  /// Most tokens drafted before a pass, where the models take turns.
  private var draftLength: Int
  private var roundsUntilForecast = 0
  /// Whether the last pass ended with a token of the target's own.
  private var isNewChain = true

  private static let roundsPerForecast = 16

  /// - Precondition: `longest >= 1`.
  public init(longest: Int = 16) {
    precondition(longest >= 1, "something is drafted")
    self.longest = longest
    plan = FreeRunningPlan(ahead: longest)
    draftLength = min(4, longest)
  }

  public var maximumProposalCount: Int { 2 * longest }

  public mutating func begin() { isNewChain = true }

  public mutating func next(_ view: RoundView, costs: CostModel) -> Action {
    if roundsUntilForecast == 0 { forecast(costs, hasStopRule: view.hasStopRule) }
    if costs.takesTurns {
      return view.pendingCount == 0 && view.draftRoom > 0 ? .draft(draftLength) : .verify
    }
    return plan.action(view, isNewChain: isNewChain)
  }

  public mutating func observe(_ result: RoundResult, costs: CostModel) {
    guard result.rowCount > 0 else {
      // What was waited for is there, or will not come.
      isNewChain = false
      return
    }
    acceptance.add(Double(result.acceptedCount), of: result.testedCount)
    isNewChain = result.acceptedCount < result.committedCount
    roundsUntilForecast = max(0, roundsUntilForecast - 1)
  }

  private mutating func forecast(_ costs: CostModel, hasStopRule: Bool) {
    let forecast = SpeedForecast(acceptance: acceptance.value, costs: costs)
    if costs.takesTurns {
      guard let best = forecast.bestSpeculative(upTo: longest) else { return }
      draftLength = SpeedForecast.limit(
        forBest: best.draftLength, upTo: longest, hasStopRule: hasStopRule)
    } else {
      guard let best = forecast.bestFreeRunning(upTo: longest) else { return }
      plan = FreeRunningPlan(waiting: best.waiting, ahead: best.ahead)
    }
    roundsUntilForecast = Self.roundsPerForecast
  }
}
