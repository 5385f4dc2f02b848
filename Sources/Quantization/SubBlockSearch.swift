/// A scale and a minimum for one sub-block as real numbers: element ≈ scale · level + minimum.
struct SubBlockFit {
  var scale: Float = 0
  var minimum: Float = 0
}

/// What the minimums of a format can be.
enum Minimums {
  case none
  /// At most 0.
  case notPositive
  case any
}

/// Finds the best real scale and minimum of a sub-block.
///
/// Candidates map the range of the values to a little less or more than the range of the levels (so that the
/// outermost values may be cut). For each, every value takes the nearest level and least squares gives the scale and
/// minimum for those levels; then the same again from there. Eight candidates are tried together, one a lane.
struct SubBlockSearch<Levels: CodeLevels> {
  let levels: Levels
  let minimums: Minimums

  /// How often the levels are chosen for each candidate.
  private static var turnCount: Int { 2 }

  @inline(__always)
  func fit(_ values: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, count: Int) -> SubBlockFit {
    var (lowest, highest) = minimums == .any ? (values[0], values[0]) : (0, 0)
    if minimums == .notPositive { highest = values[0] }
    for index in 0..<count {
      lowest = min(lowest, values[index])
      highest = max(highest, values[index])
    }
    guard lowest < highest else { return SubBlockFit(minimum: lowest) }
    var origin: Float = 0
    var starts: (Lanes, Lanes)
    let excess = Lanes(-7, -5, -3, -1, 1, 3, 5, 7) * (levels.spacing / 8)
    if minimums == .none {
      let extreme = -lowest > highest ? lowest : highest
      starts = ((levels.lowest - excess) / extreme, (levels.highest + excess) / extreme)
    } else {
      origin = lowest
      let shift = levels.spacing / 8
      starts = (
        (levels.highest + excess) / (highest - lowest), (levels.highest + excess + shift) / (highest - lowest)
      )
    }
    let base = SubBlockSums(values, weights, count: count, origin: origin)
    var best = (fit: SubBlockFit(), gain: Float(0))
    improve(&best, base, values, weights, starts.0)
    improve(&best, base, values, weights, starts.1)
    return SubBlockFit(scale: best.fit.scale, minimum: best.fit.minimum + origin)
  }

  /// Tries eight candidates.
  @inline(__always)
  private func improve(
    _ best: inout (fit: SubBlockFit, gain: Float), _ base: SubBlockSums, _ values: UnsafePointer<Float>,
    _ weights: UnsafePointer<Float>, _ start: Lanes
  ) {
    var (inverse, shift) = (start, Lanes(repeating: base.origin))
    for turn in 0..<Self.turnCount {
      var sums = LevelSums()
      for index in 0..<base.count {
        let value = values[index]
        sums.add(
          levels.nearest((value - shift) * inverse), value: value - base.origin, weight: weights[index])
      }
      let solution = sums.solution(base, minimums)
      for lane in 0..<Lanes.scalarCount where solution.gain[lane] > best.gain {
        best.gain = solution.gain[lane]
        best.fit = SubBlockFit(scale: solution.scale[lane], minimum: solution.minimum[lane])
      }
      guard turn + 1 < Self.turnCount else { return }
      inverse = 1 / solution.scale
      inverse.replace(with: start, where: solution.scale .== 0)
      shift = base.origin + solution.minimum
    }
  }
}

/// Sums over a sub-block that do not depend on levels; values count from `origin`.
struct SubBlockSums {
  let origin: Float
  let count: Int
  private(set) var one: Float = 0
  private(set) var value: Float = 0

  init(_ values: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, count: Int, origin: Float) {
    self.origin = origin
    self.count = count
    for index in 0..<count {
      one += weights[index]
      value += weights[index] * (values[index] - origin)
    }
  }
}

/// Weighted sums over a sub-block for eight choices of levels.
struct LevelSums {
  var level = Lanes.zero
  var levelSquared = Lanes.zero
  var levelValue = Lanes.zero

  @inline(__always)
  mutating func add(_ levels: Lanes, value: Float, weight: Float) {
    let weighted = levels * weight
    level += weighted
    levelSquared += weighted * levels
    levelValue += weighted * value
  }

  /// The least-squares scales and minimums (from the origin), and by how much they make the error less than that of
  /// zeros; lanes with a gain of NaN have no solution.
  @inline(__always)
  func solution(_ base: SubBlockSums, _ minimums: Minimums) -> (scale: Lanes, minimum: Lanes, gain: Lanes) {
    var minimum = Lanes.zero
    if minimums != .none {
      let determinant = base.one * levelSquared - level * level
      minimum = (levelSquared * base.value - level * levelValue) / determinant
      minimum.replace(with: 0, where: .!(determinant .> 0))
      if minimums == .notPositive { minimum = minimum.smaller(-base.origin) }
    }
    var scale = (levelValue - minimum * level) / levelSquared
    scale.replace(with: 0, where: .!(levelSquared .> 0))
    let scaleGain: Lanes = scale * (2 * levelValue - scale * levelSquared)
    let minimumGain: Lanes = minimum * (2 * (base.value - scale * level) - minimum * base.one)
    return (scale, minimum, scaleGain + minimumGain)
  }
}
