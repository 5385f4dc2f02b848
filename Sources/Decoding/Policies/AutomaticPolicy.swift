/// Chooses among the target alone, drafting before verifying and drafting while verifying whatever gives the most tokens
/// per second, and changes its mind as the text and the machine do.
///
/// The way in use is judged by what it really gives, the more the longer it is in use, the others by `SpeedForecast` at the measured times and the
/// acceptance of late, corrected by how right the forecast was when they were last in use. Another way is taken only if it
/// promises clearly more, and tried again only after ever longer intervals if it did not keep the promise. While the
/// target works alone, the draft now and then reads what was written: that shows when it is worth asking again.
public struct AutomaticPolicy: LengthPolicy {
  /// A way to schedule the lanes.
  public enum Way: String, Sendable, CaseIterable {
    case autoregressive = "ar"
    case speculative = "sd"
    case freeRunning = "pearl"
  }

  private static let ways = Way.allCases
  private let longest: Int
  private let log: ChoiceLog?
  private var acceptance = RecentAcceptance()
  private var records: [WayRecord]
  private var way = Way.autoregressive
  private var draftLength = 1
  private var plan = FreeRunningPlan(ahead: 1)
  private var isNewChain = true
  private var tokenCount = 0
  private var tokensUntilChoice = 0
  private var reviews = ReviewSchedule()
  private var hasChosen = false
  /// Since the last pass.
  private var chainSeconds = 0.0
  /// Whether the way in use has not come to a pass yet.
  private var isFirstRound = true

  /// Tokens between two looks at the choice.
  private static let tokensPerChoice = 16
  private static let tokensPerTrial = 48
  /// What a review leaves of the weight of what was known before.
  private static let rememberedShare = 0.25
  /// Another way must promise this much more.
  private static let leastGain = 1.04
  /// Drafting in turn instead of the target alone: of two that come to the same, the one that drafts learns how the text
  /// changes.
  private static let leastGainOfDrafting = 1.01

  /// - Parameters:
  ///   - longest: Most tokens drafted before or during a pass, at least 1.
  ///   - log: Hears of every choice.
  public init(longest: Int = 16, log: ChoiceLog? = nil) {
    precondition(longest >= 1, "something is drafted")
    (self.longest, self.log) = (longest, log)
    records = Way.allCases.map { WayRecord(isCertain: $0 == .autoregressive) }
  }

  public var maximumProposalCount: Int { 2 * longest }

  public mutating func next(_ view: RoundView, costs: CostModel) -> Action {
    if tokensUntilChoice <= 0 && (isNewChain || view.pendingCount == 0) {
      choose(costs, hasStopRule: view.hasStopRule)
    }
    switch way {
    case .autoregressive:
      return reviews.isDue && view.draftRoom > 0 ? .review : .verify
    case .speculative:
      return view.pendingCount == 0 && view.draftRoom > 0 ? .draft(draftLength) : .verify
    case .freeRunning: return plan.action(view, isNewChain: isNewChain)
    }
  }

  public mutating func observe(_ result: RoundResult, costs: CostModel) {
    // No part of the way's own speed.
    if result.action == .review { return learn(from: result.agreement, after: result.seconds) }
    acceptance.add(accepted: result.acceptedCount, tested: result.testedCount)
    chainSeconds += result.seconds
    if result.rowCount > 0 {
      // With the first draft a model catches up on all that the target wrote alone.
      if way == .autoregressive || !isFirstRound {
        self[way].add(tokenCount: result.committedCount, seconds: chainSeconds)
      }
      (chainSeconds, isFirstRound) = (0, false)
    }
    reviews.pass(tokenCount: result.committedCount, seconds: result.seconds)
    tokenCount += result.committedCount
    tokensUntilChoice -= result.committedCount
    isNewChain = result.rowCount > 0 && result.acceptedCount < result.committedCount
  }

  private mutating func learn(from agreement: RoundResult.Agreement?, after seconds: Double) {
    reviews.end(after: seconds)
    tokensUntilChoice = 0
    if let agreement, agreement.tested > 0 {
      // The last look was long ago.
      acceptance.fade(to: Self.rememberedShare)
      acceptance.add(accepted: agreement.agreed, tested: agreement.tested)
    } else {
      // Nobody can tell but by trying, in the end.
      acceptance.fade(to: 0.5)
      acceptance.add(accepted: 1, tested: 2)
    }
  }

  private subscript(way: Way) -> WayRecord {
    get { records[way == .autoregressive ? 0 : way == .speculative ? 1 : 2] }
    set { records[way == .autoregressive ? 0 : way == .speculative ? 1 : 2] = newValue }
  }
}

extension AutomaticPolicy {
  private mutating func choose(_ costs: CostModel, hasStopRule: Bool) {
    // The target alone finds out nothing new between reviews, but what failed before may be tried again.
    tokensUntilChoice = hasChosen && way == .autoregressive ? Self.tokensPerTrial : Self.tokensPerChoice
    let forecast = SpeedForecast(acceptance: acceptance.rate, costs: costs)
    guard let alone = forecast.autoregressive, let speculative = forecast.bestSpeculative(upTo: longest)
    else {
      // Nothing is known yet: a short draft measures both models.
      if !hasChosen { (way, draftLength) = (.speculative, 2) }
      return
    }
    let free = forecast.bestFreeRunning(upTo: longest)
    draftLength = SpeedForecast.limit(
      forBest: speculative.draftLength, upTo: longest, hasStopRule: hasStopRule)
    if let free { plan = FreeRunningPlan(waiting: free.waiting, ahead: free.ahead) }
    self[.autoregressive].forecast = alone
    self[.speculative].forecast = speculative.tokensPerSecond
    self[.freeRunning].forecast = free?.tokensPerSecond ?? 0
    decide()
  }

  private mutating func decide() {
    var speeds = InlineArray<3, Double>(repeating: 0)
    var best = way
    var bestSpeed = hasChosen ? self[way].judgedSpeed * Self.leastGain : 0
    for (index, other) in Self.ways.enumerated() {
      let isInUse = hasChosen && other == way
      speeds[index] = isInUse ? self[way].judgedSpeed : self[other].promise(at: tokenCount)
      // As if it promised that much more.
      let advantage =
        way == .autoregressive && other == .speculative ? Self.leastGain / Self.leastGainOfDrafting : 1
      if !isInUse && speeds[index] * advantage > bestSpeed {
        (best, bestSpeed) = (other, speeds[index] * advantage)
      }
    }
    self[way].learnBias()
    guard best != way || !hasChosen else { return }
    if hasChosen { self[way].leave(at: tokenCount, for: speeds[Self.ways.firstIndex(of: best)!]) }
    self[best].enter()
    way = best
    hasChosen = true
    (isNewChain, isFirstRound) = (true, true)
    reviews.restart()
    log?.add(
      .init(
        tokenCount: tokenCount, way: way, acceptance: acceptance.rate,
        speeds: Self.ways.enumerated().map { ($1, speeds[$0]) }))
  }
}
