/// What eight scales and minimums make of a sub-block when every element takes the nearest level.
struct CodeTrial {
  /// Σ weight · (scale · level + minimum - value)².
  private var errors = Lanes.zero
  private var sums = LevelSums()
  private var one: Float = 0
  private var value: Float = 0

  /// - Parameters:
  ///   - scales: One a lane.
  ///   - minimums: One a lane.
  @inline(__always)
  init(
    _ values: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, count: Int, levels: some CodeLevels,
    scales: Lanes, minimums: Lanes
  ) {
    let inverse = (1 / scales).replacing(with: 0, where: scales .== 0)
    for index in 0..<count {
      let (x, weight) = (values[index], weights[index])
      let target = x - minimums
      let level = levels.nearest(target * inverse)
      let difference = scales * level - target
      errors += difference * difference * weight
      sums.add(level, value: x, weight: weight)
      one += weight
      value += weight * x
    }
  }

  /// The lane with the least error, the first of equals, and its sums.
  struct Best {
    let lane: Int
    let error: Float
    let one, value, level, levelSquared, levelValue: Float
  }

  @inline(__always)
  var best: Best {
    var best = 0
    for lane in 1..<Lanes.scalarCount where errors[lane] < errors[best] || errors[best].isNaN { best = lane }
    return Best(
      lane: best, error: errors[best], one: one, value: value, level: sums.level[best],
      levelSquared: sums.levelSquared[best], levelValue: sums.levelValue[best])
  }
}

/// The sums of a = scale code · level and b = -minimum code over a block, and of both with the value x, from which the
/// block's best scales follow.
struct NormalEquations {
  private var (aa, ab, bb, ax, bx) = (0.0, 0.0, 0.0, 0.0, 0.0)

  mutating func add(_ sums: CodeTrial.Best, scaleCode: Double, minimumCode: Double) {
    aa += scaleCode * scaleCode * Double(sums.levelSquared)
    ab -= scaleCode * minimumCode * Double(sums.level)
    bb += minimumCode * minimumCode * Double(sums.one)
    ax += scaleCode * Double(sums.levelValue)
    bx -= minimumCode * Double(sums.value)
  }

  /// What least squares gives; nil for what the sums do not determine.
  var solution: (scale: Double?, minimumScale: Double?) {
    let determinant = aa * bb - ab * ab
    if determinant > 0 {
      return ((bb * ax - ab * bx) / determinant, (aa * bx - ab * ax) / determinant)
    }
    if aa > 0 { return (ax / aa, nil) }
    return (nil, bb > 0 ? bx / bb : nil)
  }
}
