/// The integers that the codes of a format stand for, in ascending order: code 0 is the lowest.
protocol CodeLevels: Sendable {
  var lowest: Float { get }
  var highest: Float { get }
  /// The mean distance between neighbours.
  var spacing: Float { get }

  /// The level nearest to each lane, of which none is NaN.
  func nearest(_ values: Lanes) -> Lanes

  /// The codes of lanes that are levels.
  func codes(_ levels: Lanes) -> SIMD8<UInt8>
}

/// Eight numbers on which the same is done: elements, or candidates for one sub-block.
typealias Lanes = SIMD8<Float>

extension SIMD8<Float> {
  /// The smaller of each lane, which is not NaN, and `limit`.
  @inline(__always)
  func smaller(_ limit: Float) -> Self {
    // Lane by lane: this is what the compiler makes one instruction of.
    var result = self
    for lane in 0..<Self.scalarCount { result[lane] = limit < self[lane] ? limit : self[lane] }
    return result
  }

  /// The larger of each lane, which is not NaN, and `limit`.
  @inline(__always)
  func larger(_ limit: Float) -> Self {
    var result = self
    for lane in 0..<Self.scalarCount { result[lane] = limit > self[lane] ? limit : self[lane] }
    return result
  }
}

/// Consecutive integers.
struct ConsecutiveLevels: CodeLevels {
  let lowest: Float
  let highest: Float
  let spacing: Float = 1

  init(_ range: ClosedRange<Int>) {
    (lowest, highest) = (Float(range.lowerBound), Float(range.upperBound))
  }

  /// Adding 1.5 · 2^23 leaves no bits for a fraction: the sum is rounded to an integer, ties to even.
  @inline(__always)
  func nearest(_ values: Lanes) -> Lanes {
    let inside = values.larger(lowest).smaller(highest)
    return inside + 0x1.8p23 - 0x1.8p23
  }

  @inline(__always)
  func codes(_ levels: Lanes) -> SIMD8<UInt8> {
    SIMD8<UInt8>(truncatingIfNeeded: unsafeBitCast(levels - lowest + 0x1p23, to: SIMD8<UInt32>.self))
  }
}

/// Sixteen levels that are denser around 0: those of IQ4_NL and IQ4_XS.
struct NonlinearLevels: CodeLevels {
  static let table: [Int] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

  let lowest: Float = -127
  let highest: Float = 113
  let spacing: Float = 16

  /// Adds the steps between levels whose middle lies below the value.
  @inline(__always)
  func nearest(_ values: Lanes) -> Lanes {
    var level = Lanes(repeating: lowest)
    for (lower, upper) in Self.steps {
      level += Lanes.zero.replacing(with: upper - lower, where: values .> (lower + upper) / 2)
    }
    return level
  }

  func codes(_ levels: Lanes) -> SIMD8<UInt8> {
    var count = Lanes.zero
    for (lower, _) in Self.steps { count += Lanes.zero.replacing(with: 1, where: levels .> lower) }
    return ConsecutiveLevels(0...15).codes(count)
  }

  /// Each level with the next.
  private static let steps = zip(table, table.dropFirst()).map { (Float($0), Float($1)) }
}
