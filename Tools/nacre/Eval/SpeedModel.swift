/// Tokens per second that a mode comes to if each draft token is accepted with the same probability α, whatever came
/// before, and nothing takes time but the passes of the models.
enum SpeedModel {
  /// - Parameter acceptance: α; nil without a draft.
  /// - Returns: Nil where the passes were not measured.
  static func tokensPerSecond(
    _ mode: ModeName, draftLength: Int?, acceptance: Double?, costs: PassCosts
  ) -> Double? {
    if mode == .ar { return costs.target[1].map { 1 / $0 } }
    guard let draftLength, let acceptance else { return nil }
    let tokens = ExpectedTokens.perRound(mode, draftLength: draftLength, acceptance: acceptance)
    return roundSeconds(mode, draftLength: draftLength, acceptance: acceptance, costs: costs).map {
      tokens / $0
    }
  }

  private static func roundSeconds(
    _ mode: ModeName, draftLength: Int, acceptance: Double, costs: PassCosts
  ) -> Double? {
    switch mode {
    case .ar: return costs.target[1]
    case .sd:
      guard let draft = costs.draft, let pass = costs.target[draftLength + 1] else { return nil }
      return Double(draftLength) * draft + pass
    case .pearl:
      guard let preVerify = costs.step(rows: 1, draftCount: draftLength),
        let postVerify = costs.step(rows: draftLength, draftCount: draftLength)
      else { return nil }
      let share = ExpectedTokens.postVerifyShare(draftLength: draftLength, acceptance: acceptance)
      return (1 - share) * preVerify + share * postVerify
    }
  }

  /// Numbers of target rows that the model asks for.
  static func rowCounts(_ mode: ModeName, draftLength: Int?) -> [Int] {
    guard let draftLength else { return [1] }
    switch mode {
    case .ar: return [1]
    case .sd: return [draftLength + 1]
    case .pearl: return [1, draftLength]
    }
  }
}
