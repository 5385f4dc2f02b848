/// Chooses among the target alone, drafting before verifying and drafting while verifying whatever gives the most tokens
/// per second, and changes its mind as the text and the machine do.
///
/// The way in use is judged by what it really gives, the others by `SpeedForecast` at the measured times and the
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
  private let hasLanes: Bool
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

  /// Tokens between two looks at the choice.
  private static let tokensPerChoice = 16
  /// What a review leaves of the weight of what was known before.
  private static let rememberedShare = 0.25
  /// Another way must promise this much more.
  private static let leastGain = 1.04

  /// - Parameters:
  ///   - longest: Most tokens drafted before or during a pass, at least 1.
  ///   - hasLanes: Whether draft and target can compute at the same time.
  ///   - log: Hears of every choice.
  public init(longest: Int = 16, hasLanes: Bool, log: ChoiceLog? = nil) {
    precondition(longest >= 1, "something is drafted")
    (self.longest, self.hasLanes, self.log) = (longest, hasLanes, log)
    records = Way.allCases.map { _ in WayRecord() }
  }

  public var maximumProposalCount: Int { 2 * longest }

  public mutating func next(_ view: RoundView, costs: CostModel) -> Action {
    if tokensUntilChoice <= 0 && (isNewChain || view.pendingCount == 0) { choose(costs) }
    switch way {
    case .autoregressive:
      return reviews.isDue && view.draftRoom > 0 ? .review : .verify
    case .speculative:
      return view.pendingCount == 0 && view.draftRoom > 0 ? .draft(draftLength) : .verify
    case .freeRunning: return plan.action(view, isNewChain: isNewChain)
    }
  }

  public mutating func observe(_ result: RoundResult, costs: CostModel) {
    if let agreement = result.agreement {
      // The last look was long ago.
      acceptance.fade(to: Self.rememberedShare)
      acceptance.add(accepted: agreement.agreed, tested: agreement.tested)
      tokensUntilChoice = 0
    }
    if result.action == .review {
      // No part of the way's own speed.
      reviews.end(after: result.seconds)
      return
    }
    acceptance.add(accepted: result.acceptedCount, tested: result.testedCount)
    self[way].add(tokenCount: result.committedCount, seconds: result.seconds)
    reviews.pass(tokenCount: result.committedCount, seconds: result.seconds)
    tokenCount += result.committedCount
    // The target alone finds out nothing new between reviews.
    if way != .autoregressive { tokensUntilChoice -= result.committedCount }
    isNewChain = result.rowCount > 0 && result.acceptedCount < result.committedCount
  }

  private subscript(way: Way) -> WayRecord {
    get { records[way == .autoregressive ? 0 : way == .speculative ? 1 : 2] }
    set { records[way == .autoregressive ? 0 : way == .speculative ? 1 : 2] = newValue }
  }
}

extension AutomaticPolicy {
  private mutating func choose(_ costs: CostModel) {
    // The first way is a guess: it is looked at again soon.
    tokensUntilChoice = hasChosen ? Self.tokensPerChoice : Self.tokensPerChoice / 2
    let forecast = SpeedForecast(acceptance: acceptance.rate, costs: costs)
    guard let alone = forecast.autoregressive, let speculative = forecast.bestSpeculative(upTo: longest)
    else {
      // Nothing is known yet: a short draft measures both models.
      if !hasChosen { (way, draftLength) = (.speculative, 2) }
      return
    }
    let free = hasLanes ? forecast.bestFreeRunning(upTo: longest) : nil
    draftLength = SpeedForecast.limit(forBest: speculative.draftLength, upTo: longest)
    if let free { plan = FreeRunningPlan(waiting: free.waiting, ahead: free.ahead) }
    self[.autoregressive].forecast = alone
    self[.speculative].forecast = speculative.tokensPerSecond
    self[.freeRunning].forecast = free?.tokensPerSecond ?? 0
    decide()
  }

  private mutating func decide() {
    let current = self[way].judgedSpeed
    self[way].learnBias()
    var best = way
    var bestSpeed = hasChosen ? current * Self.leastGain : 0
    for other in Self.ways where other != way || !hasChosen {
      let promise = self[other].promise(at: tokenCount)
      if promise > bestSpeed { (best, bestSpeed) = (other, promise) }
    }
    guard best != way || !hasChosen else { return }
    if hasChosen { self[way].leave(at: tokenCount, for: bestSpeed) }
    self[best].enter()
    way = best
    hasChosen = true
    isNewChain = true
    reviews.restart()
    log?.add(
      .init(
        tokenCount: tokenCount, way: way, acceptance: acceptance.rate,
        speeds: Way.allCases.map { ($0, self[$0].judgedSpeed) }))
  }
}
