#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The softmax of a row of logits in three numbers.
public struct SoftmaxSummary: Equatable, Sendable {
  /// Largest logit.
  public let maximum: Float
  /// log Σ e^logit.
  public let logSum: Float
  /// −Σ p·log p in nats, at least 0.
  public let entropy: Float

  /// - Parameter logits: At least one, finite or −∞, one of them finite.
  public init(_ logits: UnsafeBufferPointer<Float>) {
    var highest = SIMD16<Float>(repeating: -.infinity)
    let blockCount = logits.count / 16
    let base = UnsafeRawPointer(logits.baseAddress!)
    for block in 0..<blockCount {
      highest = larger(highest, base.loadUnaligned(fromByteOffset: block * 64, as: SIMD16<Float>.self))
    }
    var maximum = highest.max()
    for index in blockCount * 16..<logits.count { maximum = max(maximum, logits[index]) }

    // Σ e^x and Σ x·e^x with x relative to the maximum, so that nothing overflows.
    var sums = SIMD16<Float>.zero
    var weighted = SIMD16<Float>.zero
    for block in 0..<blockCount {
      let x = larger(
        base.loadUnaligned(fromByteOffset: block * 64, as: SIMD16<Float>.self) - maximum,
        SIMD16(repeating: Self.smallest))
      let power = exponential(x)
      sums += power
      weighted += power * x
    }
    var sum = sums.sum()
    var weightedSum = weighted.sum()
    for index in blockCount * 16..<logits.count {
      let x = max(logits[index] - maximum, Self.smallest)
      sum += exp(x)
      weightedSum += exp(x) * x
    }
    self.maximum = maximum
    logSum = maximum + log(sum)
    entropy = max(0, log(sum) - weightedSum / sum)
  }

  /// The softmax's probability of a logit of the row.
  public func probability(ofLogit logit: Float) -> Float { min(1, exp(logit - logSum)) }

  // e^x of anything less is no part of a sum that is at least 1.
  private static let smallest: Float = -80
}

/// Not `pointwiseMax`, which takes element after element.
@inline(__always)
private func larger(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
  a.replacing(with: b, where: a .< b)
}

/// e^x for x in −80...0: x = n·ln 2 + r, a Taylor polynomial of degree 6 for e^r with |r| ≤ ln 2 / 2, 2^n by the exponent
/// bits. Relative error below 1e-6.
@inline(__always)
private func exponential(_ x: SIMD16<Float>) -> SIMD16<Float> {
  // Adding 1.5·2^23 leaves the nearest integer in the low mantissa bits.
  let rounder = SIMD16<Float>(repeating: 12_582_912)
  let shifted = rounder + x * 1.442_695_04
  let n = shifted - rounder
  let r = x - n * 0.693_145_75 - n * 1.428_606_8e-6
  var power = r * (1 / 720) + 1 / 120
  power = power * r + 1 / 24
  power = power * r + 1 / 6
  power = power * r + 0.5
  power = power * r + 1
  power = power * r + 1
  let exponent = (unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &+ 127) &<< 23
  return power * unsafeBitCast(exponent, to: SIMD16<Float>.self)
}
