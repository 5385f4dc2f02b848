import TensorTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Turns a row of logits into the distribution that a token is drawn from.
///
/// The order is that of llama.cpp's default chain: penalties, top-k, top-p, min-p, and temperature last, so top-p and
/// min-p look at the softmax of the penalized logits at temperature 1, and top-p at that of the top-k tokens only.
/// Every filter keeps a prefix of the tokens in order of rank (higher logit first, the lower token of equals first) and
/// at least one token. At temperature 0 all the mass is on the first token of that order.
///
/// NaN counts as −∞, +∞ as the largest finite number; a token of logit −∞ has probability 0. If every logit is −∞,
/// the mass is on token 0.
///
/// Used by one thread at a time; a row costs no allocation.
public final class SamplingChain {
  public let parameters: SamplingParameters
  public let vocabularyCount: Int

  // Owned scratch, each of `vocabularyCount` initialized elements (`kept`: one bit per token, all 0 between calls;
  // `occurrences`: all 0 between calls). Freed in `deinit`, never handed out.
  let scores: UnsafeMutableBufferPointer<Float>
  let occurrences: UnsafeMutableBufferPointer<Int32>
  let ranked: UnsafeMutableBufferPointer<TokenID>
  let kept: UnsafeMutableBufferPointer<UInt64>

  /// - Precondition: `vocabularyCount > 0`.
  public init(parameters: SamplingParameters, vocabularyCount: Int) {
    precondition(vocabularyCount > 0, "a vocabulary has at least one token")
    self.parameters = parameters
    self.vocabularyCount = vocabularyCount
    scores = .allocate(capacity: vocabularyCount)
    scores.initialize(repeating: 0)
    occurrences = .allocate(capacity: vocabularyCount)
    occurrences.initialize(repeating: 0)
    ranked = .allocate(capacity: vocabularyCount)
    ranked.initialize(repeating: 0)
    kept = .allocate(capacity: (vocabularyCount + 63) / 64)
    kept.initialize(repeating: 0)
  }

  deinit {
    scores.deallocate()
    occurrences.deallocate()
    ranked.deallocate()
    kept.deallocate()
  }

  /// Fills `distribution` from the logits of one position.
  /// - Parameters:
  ///   - logits: Shape `[vocabularyCount]`.
  ///   - history: All tokens before the position, oldest first; the penalties look at its end.
  ///   - distribution: Overwritten.
  /// - Precondition: The vocabularies agree, and every token of the history is in the vocabulary.
  /// - Complexity: O(`vocabularyCount`), with a logarithmic factor on the tokens that top-k and top-p keep.
  public func apply(
    to logits: UnsafeBufferPointer<Float>, history: UnsafeBufferPointer<TokenID>,
    into distribution: TokenDistribution
  ) {
    precondition(logits.count == vocabularyCount, "one logit for each token of the vocabulary")
    precondition(distribution.vocabularyCount == vocabularyCount, "the vocabularies agree")
    for token in 0..<vocabularyCount { scores[token] = Self.finiteOrLowest(logits[token]) }
    if parameters.hasPenalties { penalize(history) }
    let mode = firstOfHighestScore()
    guard parameters.temperature > 0, scores[mode] > -.infinity else {
      distribution.setPoint(TokenID(mode))
      return
    }
    filter(highest: scores[mode], into: distribution)
  }

  /// NaN becomes −∞ and +∞ the largest finite number, so that scores can be ordered and subtracted.
  static func finiteOrLowest(_ logit: Float) -> Float {
    logit.isNaN ? -.infinity : min(logit, .greatestFiniteMagnitude)
  }

  private func firstOfHighestScore() -> Int {
    var best = 0
    for token in 1..<max(1, vocabularyCount) where scores[token] > scores[best] { best = token }
    return best
  }

  /// Applies the penalties to every distinct token of the last `penaltyWindow` tokens.
  private func penalize(_ history: UnsafeBufferPointer<TokenID>) {
    let window = history.suffix(parameters.penaltyWindow)
    for token in window {
      precondition(token >= 0 && Int(token) < vocabularyCount, "a token of the history is in the vocabulary")
      occurrences[Int(token)] += 1
    }
    for token in window where occurrences[Int(token)] > 0 {
      let count = Float(occurrences[Int(token)])
      occurrences[Int(token)] = 0
      var score = scores[Int(token)]
      score = score > 0 ? score / parameters.repetitionPenalty : score * parameters.repetitionPenalty
      score -= count * parameters.frequencyPenalty + parameters.presencePenalty
      scores[Int(token)] = Self.finiteOrLowest(score)
    }
  }
}
