/// A scale and a minimum for one sub-block as real numbers: element ≈ scale · level + minimum.
struct SubBlockFit {
  var scale = 0.0
  /// At most 0.
  var minimum = 0.0
  /// Σ weight · (scale · level + minimum - value)².
  var error: Double
}

/// Values in double precision with the weights of their errors.
struct WeightedValues {
  let values: [Double]
  let weights: [Double]

  /// Weights far below the largest are raised to 2^-30 of it, so that elements that count for nothing come out near.
  init(_ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>) {
    self.values = values.map(Double.init)
    let largest = Double(weights.max() ?? 0)
    self.weights = weights.map { largest > 0 ? max(Double($0), largest * 0x1p-30) : 1 }
  }
}

/// Weighted sums over a sub-block, from which the best scale and minimum for given levels follow.
private struct Moments {
  var one = 0.0
  var level = 0.0
  var levelSquared = 0.0
  var value = 0.0
  var levelValue = 0.0

  mutating func add(level l: Double, value x: Double, weight w: Double) {
    one += w
    level += w * l
    levelSquared += w * l * l
    value += w * x
    levelValue += w * l * x
  }

  /// The least-squares scale and minimum.
  /// - Parameter valueSquared: Σ weight · value².
  func solution(hasMinimum: Bool, valueSquared: Double) -> SubBlockFit {
    let determinant = one * levelSquared - level * level
    if hasMinimum && determinant > 0 {
      let minimum = (levelSquared * value - level * levelValue) / determinant
      if minimum < 0 {
        let scale = (one * levelValue - level * value) / determinant
        return SubBlockFit(
          scale: scale, minimum: minimum, error: valueSquared - scale * levelValue - minimum * value)
      }
    }
    guard levelSquared > 0 else { return SubBlockFit(error: valueSquared) }
    let scale = levelValue / levelSquared
    return SubBlockFit(scale: scale, error: valueSquared - scale * levelValue)
  }
}

/// Finds the best real scale and minimum of a sub-block.
///
/// Candidates map the range of the values to a little less or more than the range of the levels (so that the
/// outermost values may be cut). For each, every value takes the nearest level and least squares gives the scale and
/// minimum for those levels. The best candidate is then improved by turns: levels for the scale, scale for the levels.
struct SubBlockSearch<Levels: CodeLevels> {
  let levels: Levels
  let hasMinimum: Bool

  /// How far beyond the outermost level the outermost value may lie, in level spacings.
  private static var reach: Double { 1 }
  private static var stepsPerSpacing: Int { 5 }
  private static var turnCount: Int { 4 }

  func fit(_ block: WeightedValues, _ range: Range<Int>) -> SubBlockFit {
    let valueSquared = range.reduce(0) { $0 + block.weights[$1] * block.values[$1] * block.values[$1] }
    var best = SubBlockFit(error: valueSquared)
    let (lowest, highest) = bounds(block, range)
    guard lowest < highest else { return SubBlockFit(minimum: lowest, error: 0) }

    func tryLevels(origin: Double, inverse: Double) -> Bool {
      var moments = Moments()
      for index in range {
        let level = levels.level(levels.code(nearest: (block.values[index] - origin) * inverse))
        moments.add(level: level, value: block.values[index], weight: block.weights[index])
      }
      let fit = moments.solution(hasMinimum: hasMinimum, valueSquared: valueSquared)
      guard fit.error < best.error else { return false }
      best = fit
      return true
    }

    let steps = Int(Self.reach * Double(Self.stepsPerSpacing))
    for step in -steps...steps {
      let excess = Double(step) / Double(Self.stepsPerSpacing) * levels.spacing
      if hasMinimum {
        _ = tryLevels(origin: lowest, inverse: (levels.highest + excess) / (highest - lowest))
      } else {
        let extreme = -lowest > highest ? lowest : highest
        _ = tryLevels(origin: 0, inverse: (levels.lowest - excess) / extreme)
        _ = tryLevels(origin: 0, inverse: (levels.highest + excess) / extreme)
      }
    }
    for _ in 0..<Self.turnCount where best.scale != 0 {
      guard tryLevels(origin: best.minimum, inverse: 1 / best.scale) else { break }
    }
    return best
  }

  /// The smallest value or 0, whichever is less, and the largest value (at least 0 where there is no minimum).
  private func bounds(_ block: WeightedValues, _ range: Range<Int>) -> (lowest: Double, highest: Double) {
    var (lowest, highest) = (0.0, hasMinimum ? -Double.infinity : 0)
    for index in range {
      lowest = min(lowest, block.values[index])
      highest = max(highest, block.values[index])
    }
    return (lowest, highest)
  }
}
