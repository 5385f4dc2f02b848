import Decoding

/// How the two lanes worked together, as JSON shows it.
struct TelemetrySection: Encodable {
  /// Draft passes, those ended in the middle included.
  let draftPasses: Int
  /// Draft passes that were ended in the middle, because they had become void.
  let cancelled: Int
  /// Tokens drafted behind other first tokens than the likeliest.
  let branchTokens: Int
  /// Those of them that became proposals.
  let takenUp: Int
  /// Element d: judged tokens that d drafted tokens in a row came before.
  let testedByDepth: [Int]
  /// The same for accepted tokens.
  let acceptedByDepth: [Int]
  /// Element n: target passes with n rows.
  let passesByRows: [Int]
  let targetIdleSeconds: Double
  let draftIdleSeconds: Double
  /// T(1), in seconds: a target pass of one row while the draft rests, of late.
  let targetPassSeconds: Double?
  /// Element n: T(n + 1), of late.
  let targetPassSecondsByRows: [Double]
  /// T_d, in seconds: a drafted token while the target rests, of late.
  let draftTokenSeconds: Double?
  /// Seconds that the first token of a chain takes longer than that, of late.
  let firstDraftExtraSeconds: Double
  /// κ: how much longer a target pass takes while the draft computes, and the reverse; 0 where they never do.
  let targetSlowdown: Double
  /// The same for passes of eight rows.
  let wideTargetSlowdown: Double
  let draftSlowdown: Double
  /// What `auto` chose, and when.
  let choices: [Choice]

  private static let mostRows = 17

  struct Choice: Encodable {
    let tokenCount: Int
    let mode: String
    let acceptanceRate: Double
    /// By mode; 0 where a mode is not to be had.
    let expectedTokensPerSecond: [String: Double]
  }

  init(_ result: GenerationResult, choices: [ChoiceLog.Choice]) {
    let telemetry = result.telemetry
    draftPasses = telemetry.draftPassCount
    cancelled = telemetry.cancelledCount
    branchTokens = telemetry.branchTokenCount
    takenUp = telemetry.takenUpCount
    testedByDepth = telemetry.testedCountByDepth.droppingZeros
    acceptedByDepth = Array(telemetry.acceptedCountByDepth.prefix(testedByDepth.count))
    passesByRows = telemetry.passCountByRows.droppingZeros
    targetIdleSeconds = telemetry.targetIdle / .seconds(1)
    draftIdleSeconds = telemetry.draftIdle / .seconds(1)
    targetPassSeconds = result.costs.verify(rows: 1)
    targetPassSecondsByRows = (1...Self.mostRows).compactMap { result.costs.verify(rows: $0) }
    draftTokenSeconds = result.costs.draft
    firstDraftExtraSeconds = result.costs.firstDraftExtra
    targetSlowdown = result.costs.targetSlowdown(rows: 1) - 1
    wideTargetSlowdown = result.costs.targetSlowdown(rows: 8) - 1
    draftSlowdown = result.costs.draftSlowdown.value - 1
    self.choices = choices.map { choice in
      Choice(
        tokenCount: choice.tokenCount, mode: choice.way.rawValue, acceptanceRate: choice.acceptance,
        expectedTokensPerSecond: Dictionary(
          uniqueKeysWithValues: choice.speeds.map { ($0.way.rawValue, $0.tokensPerSecond) }))
    }
  }
}

extension ChoiceLog.Choice {
  /// One line for people.
  var summary: String {
    let speeds = speeds.filter { $0.tokensPerSecond > 0 }
      .map { "\($0.way.rawValue) \(Int($0.tokensPerSecond.rounded()))" }
    return
      "auto: \(way.rawValue) from token \(tokenCount) on: \(Int((acceptance * 100).rounded())) % likely to be accepted; "
      + "expected tokens/s: \(speeds.joined(separator: ", "))\n"
  }
}

extension [Int] {
  /// Without the zeros at the end.
  fileprivate var droppingZeros: [Int] { Array(self[..<((lastIndex { $0 != 0 } ?? -1) + 1)]) }
}
