import Foundation

/// Tokens that one round commits if each draft token is accepted with the same probability, whatever came before.
enum ExpectedTokens {
  /// The probability that layouts are compared with: what a pair of one family often reaches. Which of two layouts is
  /// the faster seldom depends on it, since both commit as much per round.
  static let typicalAcceptance = 0.7

  /// - Parameters:
  ///   - draftLength: At least 1.
  ///   - acceptance: Above 0 and below 1.
  static func perRound(_ mode: ModeName, draftLength: Int, acceptance: Double) -> Double {
    let length = Double(draftLength)
    switch mode {
    case .ar: return 1
    // Leviathan et al. 2023 (arXiv 2211.17192), equation 1.
    case .sd: return (1 - pow(acceptance, length + 1)) / (1 - acceptance)
    // PEARL (arXiv 2408.11850) in lockstep: rounds that test one token and rounds that test `draftLength`.
    case .pearl:
      let accepted = pow(acceptance, length)
      return (1 - accepted) / (1 - acceptance) / (1 - accepted + acceptance)
    }
  }
}
