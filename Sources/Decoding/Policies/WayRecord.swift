/// What is known of one way to schedule the lanes: what it promises, and what it gave when it was in use.
struct WayRecord: Sendable {
  /// Tokens per second by `SpeedForecast`; 0 where it is not to be had.
  var forecast = 0.0
  /// What the forecast would have been for the rounds that its speed is that of, had it known how many tokens they accepted.
  var explained = 0.0
  /// How many times as fast it will be as it was of late, since other tokens are expected to be accepted.
  var outlook = 1.0
  /// How many times as fast as the forecast it was.
  private var bias: Average
  private var tokens = Average(0, span: Self.rememberedRoundCount)
  private var seconds = Average(0, span: Self.rememberedRoundCount)
  private var accepted = Average(0, span: Self.rememberedRoundCount)
  private var tested = Average(0, span: Self.rememberedRoundCount)
  /// Of this stay, and of this text.
  private(set) var roundCount = 0
  /// Since it was chosen.
  private var stay = (tokens: 0, seconds: 0.0)
  var stayTokenCount: Int { stay.tokens }
  private var nextTry = Self.shortestPatience
  private var patience = Self.shortestPatience

  /// A forecast knows nothing of what it does not model; until it was held against a measurement, it counts for less:
  /// where models take turns by what handing over costs, beside each other by whatever they share.
  private static func unprovenBias(_ way: AutomaticPolicy.Way) -> Double {
    switch way {
    case .autoregressive: 1
    case .speculative: 0.98
    case .freeRunning: 0.93
    }
  }
  /// Rounds that its measured speed is that of.
  private static let rememberedRoundCount = 24
  /// As how many rounds the forecast counts beside those: a few rounds say little, as some texts are luckier than others.
  private static let forecastWeight = 8.0
  /// Rounds before its speed says something about the forecast, which needs to know the acceptance of these very rounds.
  private static let provenRoundCount = 16
  private static let shortestPatience = 64
  private static let longestPatience = 1024
  /// What was not tried for long may promise a little less and is tried all the same.
  private static let curiosity = 1.03

  init(_ way: AutomaticPolicy.Way) { bias = Average(Self.unprovenBias(way), span: 8) }

  /// Learns from a pass.
  /// - Parameter newSeconds: Of the pass and of drafting for it.
  mutating func add(_ result: RoundResult, seconds newSeconds: Double) {
    let tokenCount = result.committedCount
    tokens.add(Double(tokenCount))
    seconds.add(newSeconds)
    accepted.add(Double(result.acceptedCount))
    tested.add(Double(result.testedCount))
    roundCount += 1
    stay = (stay.tokens + tokenCount, stay.seconds + newSeconds)
  }

  /// α in the rounds that its speed is that of; nil if nothing was judged.
  var acceptance: Double? { tested.value > 0 ? accepted.value / tested.value : nil }

  private var measured: Double? {
    roundCount > 0 && seconds.value > 0 ? tokens.value / seconds.value : nil
  }

  /// Tokens per second while in use: at first as promised, more and more as measured.
  var judgedSpeed: Double {
    let promised = forecast * bias.value
    guard let measured else { return promised }
    let weight = Double(min(roundCount, Self.rememberedRoundCount))
    return (weight * measured * outlook + Self.forecastWeight * promised)
      / (weight + Self.forecastWeight)
  }

  /// Remembers how right the forecast is.
  mutating func learnBias() {
    guard let measured, roundCount >= Self.provenRoundCount, explained > 0 else { return }
    bias.add(min(max(measured / explained, 0.5), 2))
  }

  /// Tokens per second that it would give.
  func promise(at tokenCount: Int) -> Double {
    guard tokenCount >= nextTry else { return forecast * min(bias.value, 1) }
    // It may have been a bad moment: seldom, the forecast is taken at its word.
    return forecast * max(bias.value, 1) * Self.curiosity
  }

  /// Begins to be in use, or with another text.
  mutating func enter() {
    tokens = Average(0, span: Self.rememberedRoundCount)
    (seconds, accepted, tested) = (tokens, tokens, tokens)
    roundCount = 0
    stay = (0, 0)
  }

  /// Ends being in use.
  /// - Parameter speed: Tokens per second that another way promises now.
  mutating func leave(at tokenCount: Int, for speed: Double) {
    // What was worth while until now may be tried again soon.
    let wasGood = Double(stay.tokens) > speed * stay.seconds
    if roundCount < Self.provenRoundCount && forecast > 0 {
      bias.add(min(max(judgedSpeed / forecast, 0.5), 2))
    }
    patience = wasGood ? Self.shortestPatience : min(2 * patience, Self.longestPatience)
    nextTry = tokenCount + patience
  }
}
