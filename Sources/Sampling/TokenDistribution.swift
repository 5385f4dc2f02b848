import TensorTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A probability distribution over the tokens that survived the filters, in ascending order of token.
///
/// Written by `SamplingChain`; reused for ever, so that a token costs no allocation. Used by one thread at a time.
public final class TokenDistribution {
  /// Number of tokens of the vocabulary.
  public let vocabularyCount: Int

  /// Number of tokens kept, in `1...vocabularyCount` once a chain has filled it.
  public private(set) var count = 0

  // Owned, of capacity `vocabularyCount`; the first `count` elements are initialized (of `probabilityBuffer`: when
  // `isNormalized`). Freed in `deinit`, never handed out.
  private let tokenBuffer: UnsafeMutablePointer<TokenID>
  private let logWeightBuffer: UnsafeMutablePointer<Float>
  private let probabilityBuffer: UnsafeMutablePointer<Double>
  private var isNormalized = false

  /// Index of the most probable token; the lowest token of equals.
  public private(set) var modeIndex = 0

  /// - Precondition: `vocabularyCount > 0`.
  public init(vocabularyCount: Int) {
    precondition(vocabularyCount > 0, "a vocabulary has at least one token")
    self.vocabularyCount = vocabularyCount
    tokenBuffer = .allocate(capacity: vocabularyCount)
    logWeightBuffer = .allocate(capacity: vocabularyCount)
    probabilityBuffer = .allocate(capacity: vocabularyCount)
  }

  deinit {
    tokenBuffer.deallocate()
    logWeightBuffer.deallocate()
    probabilityBuffer.deallocate()
  }

  /// The `index`-th kept token, `index` in `0..<count`.
  @inline(__always)
  public func token(at index: Int) -> TokenID {
    assert(index >= 0 && index < count)
    return tokenBuffer[index]
  }

  /// Logarithm of the unnormalized weight; 0 for the most probable token, negative or 0 for the others.
  @inline(__always)
  public func logWeight(at index: Int) -> Float {
    assert(index >= 0 && index < count)
    return logWeightBuffer[index]
  }

  /// Probability of the `index`-th kept token. The first call after a fill costs O(`count`).
  @inline(__always)
  public func probability(at index: Int) -> Double {
    assert(index >= 0 && index < count)
    if !isNormalized { normalize() }
    return probabilityBuffer[index]
  }

  /// Probability of `token`; exactly 0 if it was filtered out.
  /// - Complexity: O(log `count`) after the first call.
  public func probability(of token: TokenID) -> Double {
    guard let index = index(of: token) else { return 0 }
    return probability(at: index)
  }

  /// The most probable token; the lowest of equals.
  public var mode: TokenID { token(at: modeIndex) }

  /// The token at which the cumulated probability, in ascending order of token, first exceeds `u`.
  ///
  /// With `u` uniform this samples the distribution; it never returns a token of probability 0.
  /// - Parameter u: In `0..<1`.
  /// - Complexity: O(`count`).
  public func token(atQuantile u: Double) -> TokenID {
    var cumulated = 0.0
    var last = modeIndex
    for index in 0..<count {
      let probability = probability(at: index)
      guard probability > 0 else { continue }
      cumulated += probability
      last = index
      if cumulated > u { break }
    }
    return token(at: last)
  }

  private func index(of token: TokenID) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if tokenBuffer[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < count && tokenBuffer[low] == token ? low : nil
  }

  private func normalize() {
    var sum = 0.0
    for index in 0..<count {
      let weight = exp(Double(logWeightBuffer[index]))
      probabilityBuffer[index] = weight
      sum += weight
    }
    for index in 0..<count { probabilityBuffer[index] /= sum }
    isNormalized = true
  }
}

extension TokenDistribution {
  /// The kept tokens, `count` of them; valid until the distribution is filled anew.
  var tokens: UnsafePointer<TokenID> { UnsafePointer(tokenBuffer) }

  /// Their log weights.
  var logWeights: UnsafePointer<Float> { UnsafePointer(logWeightBuffer) }

  /// Forgets everything. At least one `append` with weight 0 must follow.
  func removeAll() {
    count = 0
    modeIndex = 0
    isNormalized = false
  }

  /// Appends a token above all those already kept. A token of log weight −∞ has probability 0 and is left out.
  func append(_ token: TokenID, logWeight: Float) {
    assert(count == 0 || token > tokenBuffer[count - 1])
    guard logWeight > -.infinity else { return }
    (tokenBuffer + count).initialize(to: token)
    (logWeightBuffer + count).initialize(to: logWeight)
    if logWeight > logWeightBuffer[modeIndex] { modeIndex = count }
    count += 1
  }

  /// Puts all the mass on one token.
  func setPoint(_ token: TokenID) {
    removeAll()
    append(token, logWeight: 0)
  }
}
