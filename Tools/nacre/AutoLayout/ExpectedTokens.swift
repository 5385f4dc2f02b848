import Foundation

/// Tokens that one round commits if each draft token is accepted with the same probability, whatever came before.
enum ExpectedTokens {
  /// The probability that layouts are compared with: what a pair of one family often reaches. Which of two layouts is
  /// the faster seldom depends on it, since both commit as much per round.
  static let typicalAcceptance = 0.7

  /// - Parameters:
  ///   - draftLength: At least 1.
  ///   - acceptance: In 0...1.
  static func perRound(_ mode: ModeName, draftLength: Int, acceptance: Double) -> Double {
    switch mode {
    case .ar: return 1
    // Leviathan et al. 2023 (arXiv 2211.17192), equation 1.
    case .sd: return powerSum(acceptance, count: draftLength + 1)
    // PEARL (arXiv 2408.11850) in lockstep: rounds that test one token and rounds that test `draftLength`.
    case .pearl:
      return powerSum(acceptance, count: draftLength)
        / (1 - pow(acceptance, Double(draftLength)) + acceptance)
    }
  }

  /// Share of the rounds of lockstep PEARL that test `draftLength` tokens: those after a round that accepted all.
  static func postVerifyShare(draftLength: Int, acceptance: Double) -> Double {
    acceptance / (1 - pow(acceptance, Double(draftLength)) + acceptance)
  }

  /// 1 + α + α² + …, `count` terms.
  private static func powerSum(_ base: Double, count: Int) -> Double {
    (0..<count).reduce(0) { $0 + pow(base, Double($1)) }
  }
}
