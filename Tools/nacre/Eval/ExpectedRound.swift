import Foundation

/// Rounds of a draft length γ in which each draft token is accepted with the same probability α, whatever came before.
struct ExpectedRound {
  /// γ, at least 1.
  let draftLength: Int
  /// α, in 0...1.
  let acceptance: Double

  /// Tokens of a round of speculative decoding (Leviathan et al. 2023, arXiv 2211.17192, equation 1).
  var speculativeTokens: Double { powerSum(count: draftLength + 1) }

  /// Tokens of a round of PEARL in lockstep (arXiv 2408.11850): of all rounds, those that test one token and those that
  /// test γ.
  var lockstepTokens: Double {
    powerSum(count: draftLength) / (1 - pow(acceptance, Double(draftLength)) + acceptance)
  }

  /// Share of the rounds of PEARL in lockstep that test γ tokens: those after a round that accepted all.
  var postVerifyShare: Double { acceptance / (1 - pow(acceptance, Double(draftLength)) + acceptance) }

  /// 1 + α + α² + …, `count` terms.
  private func powerSum(count: Int) -> Double {
    (0..<count).reduce(0) { $0 + pow(acceptance, Double($1)) }
  }
}
