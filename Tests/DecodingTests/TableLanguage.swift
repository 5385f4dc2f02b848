import TensorTypes

/// A language whose logits are a hash of the last tokens: a tiny model with nothing to learn.
struct TableLanguage: Sendable {
  var vocabularyCount = 12
  var seed: UInt64 = 1
  /// How many of the last tokens the logits depend on.
  var order = 2
  /// Logits are uniform in `0..<scale`.
  var scale: Float = 6
  /// Share of contexts, by hash, in which the logits are those of another language: 0 agrees with the language of
  /// disagreement 0 and the same seed everywhere, 1 nowhere.
  var disagreement = 0.0
  /// Share of contexts, by hash, in which the two largest logits change places.
  var swaps = 0.0

  func logit(of token: TokenID, after context: ArraySlice<TokenID>) -> Float {
    var hash = seed
    for past in context.suffix(order) { hash = Self.mix(hash ^ UInt64(past + 1)) }
    if Self.unit(Self.mix(hash ^ 0xD15A)) < disagreement { hash = Self.mix(hash ^ 0x07E4) }
    return Float(Self.unit(Self.mix(hash ^ UInt64(token + 1) << 20))) * scale
  }

  func logits(after context: ArraySlice<TokenID>) -> [Float] {
    var logits = (0..<TokenID(vocabularyCount)).map { logit(of: $0, after: context) }
    let hash = context.suffix(order).reduce(seed) { Self.mix($0 ^ UInt64($1 + 1)) }
    if Self.unit(Self.mix(hash ^ 0x5AB5)) < swaps {
      let ranks = logits.indices.sorted { logits[$0] > logits[$1] }
      logits.swapAt(ranks[0], ranks[1])
    }
    return logits
  }

  /// A prompt that depends on `index`.
  func prompt(_ index: Int, count: Int) -> [TokenID] {
    (0..<count).map { position in
      let hash = Self.mix(UInt64(index) << 32 | UInt64(position))
      return TokenID(hash % UInt64(vocabularyCount))
    }
  }

  static func unit(_ hash: UInt64) -> Double { Double(hash >> 11) * 0x1p-53 }

  /// splitmix64.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
