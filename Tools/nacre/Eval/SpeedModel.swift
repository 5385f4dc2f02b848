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
    guard acceptance != nil || mode == .autoregressive || mode == .automatic else { return nil }
    let forecast = SpeedForecast(acceptance: acceptance ?? 0, costs: costs.model)
    let inTurn = forecast.bestSpeculative(upTo: longestDraft)?.tokensPerSecond
    // Nil where the models take turns.
    let together = forecast.bestFreeRunning(upTo: longestDraft)?.tokensPerSecond
    return switch mode {
    case .autoregressive: forecast.autoregressive
    case .speculative(let draftLength): forecast.speculative(draftLength: draftLength)
    case .lockstepPEARL(let draftLength): forecast.lockstep(draftLength: draftLength)
    case .freeRunningPEARL: together ?? inTurn
    case .automatic: [forecast.autoregressive, inTurn, together].compactMap(\.self).max()
    }
  }

  /// The most that modes draft which choose by themselves.
  private static let longestDraft = 16

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
