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
    return SpeedForecast(acceptance: acceptance ?? 0, costs: costs.model)
      .tokensPerSecond(in: mode, upTo: longestDraft)
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
