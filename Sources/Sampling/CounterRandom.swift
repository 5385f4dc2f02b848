/// Random numbers that are a function of (seed, position, purpose, index) and of nothing else.
///
/// There is no state, so the order and the number of calls cannot change a draw: what makes every schedule of drafting
/// and verifying give the same text. The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011): the key is the seed, the counter holds index, position and purpose.
public struct CounterRandom: Sendable {
  /// What a number is used for; two purposes never share a number.
  public enum Purpose: UInt32, Sendable {
    /// Arrival time and place of the earliest token of a group (`TokenDistribution.coupledToken`).
    case gumbelGroup = 1
    /// Arrival time of one token after the earliest of its group.
    case gumbelToken = 2
    /// The token that a draft samples from its own distribution.
    case proposal = 3
    /// The test of a proposed token.
    case acceptance = 4
    /// The token that replaces a rejected one.
    case correction = 5
    /// A token sampled from the target with no proposal to test.
    case target = 6
  }

  public let seed: UInt64

  public init(seed: UInt64) {
    self.seed = seed
  }

  /// Four independent 32-bit words.
  /// - Parameters:
  ///   - position: Position in the sequence, `0..<2^32`.
  ///   - index: Any number that tells apart draws for the same position and purpose.
  public func words(position: Int, purpose: Purpose, index: UInt64 = 0) -> SIMD4<UInt32> {
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
      UInt32(truncatingIfNeeded: position), purpose.rawValue)
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    return Self.philox(counter: counter, key: key)
  }

  /// A uniform number strictly between 0 and 1, a multiple of 2^-53.
  public func uniform(position: Int, purpose: Purpose, index: UInt64 = 0) -> Double {
    Self.uniform(words(position: position, purpose: purpose, index: index))
  }

  /// The first two words as a uniform number strictly between 0 and 1: the middle of one of 2^52 equal intervals.
  public static func uniform(_ words: SIMD4<UInt32>) -> Double {
    let bits = (UInt64(words.x) << 32 | UInt64(words.y)) >> 12
    return (Double(bits) + 0.5) * 0x1p-52
  }

  /// Philox4x32 with ten rounds.
  static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let a = UInt64(0xD251_1F53) * UInt64(counter.x)
      let b = UInt64(0xCD9E_8D57) * UInt64(counter.z)
      counter = SIMD4(
        UInt32(b >> 32) ^ counter.y ^ key.x, UInt32(truncatingIfNeeded: b),
        UInt32(a >> 32) ^ counter.w ^ key.y, UInt32(truncatingIfNeeded: a))
      key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return counter
  }
}
