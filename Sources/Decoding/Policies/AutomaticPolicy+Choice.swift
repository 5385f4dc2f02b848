extension AutomaticPolicy {
  private static let ways = Way.allCases
  /// Tokens between two looks at the choice; fewer while it is new: a draft that is no good shows it at once.
  private static let tokensPerChoice = 16
  private static let tokensPerFirstChoice = 6
  private static let tokensPerTrial = 16
  /// Another way must promise this much more.
  private static let leastGain = 1.04
  /// And by so much more, over the number of rounds that speak against a way that drafts: a few say little.
  private static let doubt = 0.8
  /// Drafting in turn instead of the target alone: of two that come to the same, the one that drafts learns how the text
  /// changes.
  private static let leastGainOfDrafting = 1.01
  /// The target alone instead of drafting in turn: drafting may lose to nothing less than to that.
  private static let leastGainOfResting = 1.02

  /// Looks at the choice again.
  mutating func choose(_ costs: CostModel, hasStopRule: Bool) {
    defer { tokensUntilChoice = tokensUntilNextChoice }
    let forecast = SpeedForecast(acceptance: acceptance.ahead, costs: costs)
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
    self[way].explained = speed(at: self[way].acceptance ?? acceptance.rate, costs)
    let ofLate = speed(at: acceptance.rate, costs)
    self[way].outlook = ofLate > 0 ? self[way].forecast / ofLate : 1
    decide()
  }

  /// Forecast of the way in use, if so many were accepted.
  private func speed(at rate: Double, _ costs: CostModel) -> Double {
    if way == .autoregressive || rate == acceptance.ahead { return self[way].forecast }
    let forecast = SpeedForecast(acceptance: rate, costs: costs)
    let speed =
      way == .speculative
      ? forecast.bestSpeculative(upTo: longest)?.tokensPerSecond
      : forecast.bestFreeRunning(upTo: longest)?.tokensPerSecond
    return speed ?? 0
  }

  private var tokensUntilNextChoice: Int {
    // The target alone finds out nothing new between reviews, but what failed before may be tried again.
    way == .autoregressive && hasChosen
      ? Self.tokensPerTrial
      : min(max(Self.tokensPerFirstChoice, self[way].stayTokenCount), Self.tokensPerChoice)
  }

  /// How many times as fast as the way in use another must promise to be.
  private func leastGain(of other: Way) -> Double {
    let doubt = way == .autoregressive ? 0 : Self.doubt / Double(1 + self[way].roundCount)
    return switch (way, other) {
    case (.autoregressive, .speculative): Self.leastGainOfDrafting
    case (.speculative, .autoregressive): Self.leastGainOfResting + doubt
    default: Self.leastGain + doubt
    }
  }

  private mutating func decide() {
    var speeds = InlineArray<3, Double>(repeating: 0)
    var best = way
    var bestSpeed = hasChosen ? self[way].judgedSpeed : 0
    for (index, other) in Self.ways.enumerated() {
      let isInUse = hasChosen && other == way
      speeds[index] = isInUse ? self[way].judgedSpeed : self[other].promise(at: tokenCount)
      let speed = hasChosen ? speeds[index] / leastGain(of: other) : speeds[index]
      if !isInUse && speed > bestSpeed { (best, bestSpeed) = (other, speed) }
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
        tokenCount: tokenCount, way: way, acceptance: acceptance.ahead,
        speeds: Self.ways.enumerated().map { ($1, speeds[$0]) }))
  }
}
