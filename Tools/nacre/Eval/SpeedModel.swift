import Decoding

/// Tokens per second that a contestant comes to if each draft token is accepted with the same probability α, whatever
/// came before, and nothing takes time but the passes of the models. For modes that choose lengths by themselves: with
/// the best choice at that α.
enum SpeedModel {
  /// - Parameter acceptance: α; nil without a draft.
  /// - Returns: Nil where the passes were not measured.
  static func tokensPerSecond(
    _ mode: DecodingMode, acceptance: Double?, costs: PassCosts
  ) -> Double? {
    let round = { (draftLength: Int) in
      acceptance.map { ExpectedRound(draftLength: draftLength, acceptance: $0) }
    }
    switch mode {
    case .autoregressive: return costs.target[1].map { 1 / $0 }
    case .speculative(let draftLength):
      guard let round = round(draftLength), let draft = costs.draft, let pass = costs.target[draftLength + 1]
      else { return nil }
      return round.speculativeTokens / (Double(draftLength) * draft + pass)
    case .lockstepPEARL(let draftLength):
      guard let round = round(draftLength),
        let preVerify = costs.step(rows: 1, draftCount: draftLength),
        let postVerify = costs.step(rows: draftLength, draftCount: draftLength)
      else { return nil }
      let share = round.postVerifyShare
      return round.lockstepTokens / ((1 - share) * preVerify + share * postVerify)
    case .freeRunningPEARL:
      return acceptance.flatMap { forecast($0, costs).bestFreeRunning(upTo: longestDraft)?.tokensPerSecond }
    case .automatic:
      let forecast = forecast(acceptance ?? 0, costs)
      let together =
        costs.hasLanes ? forecast.bestFreeRunning(upTo: longestDraft)?.tokensPerSecond : nil
      return [
        forecast.autoregressive, forecast.bestSpeculative(upTo: longestDraft)?.tokensPerSecond, together,
      ].compactMap(\.self).max()
    }
  }

  /// The most that modes draft which choose by themselves.
  private static let longestDraft = 16

  private static func forecast(_ acceptance: Double, _ costs: PassCosts) -> SpeedForecast {
    SpeedForecast(acceptance: acceptance, costs: costs.model)
  }

  /// Numbers of target rows that the formula asks for.
  static func rowCounts(_ mode: DecodingMode) -> [Int] {
    switch mode {
    case .autoregressive: [1]
    case .speculative(let draftLength): [draftLength + 1]
    case .lockstepPEARL(let draftLength): [1, draftLength]
    // Others lie between these.
    case .freeRunningPEARL, .automatic: [1, 2, 3, 4, 6, 8, 12, 17]
    }
  }
}
