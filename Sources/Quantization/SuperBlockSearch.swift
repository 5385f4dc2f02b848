/// What a block of sub-blocks stores: element = scale · scaleCode · level - minimumScale · minimumCode.
struct SuperBlock {
  var scale: Float16
  var minimumScale: Float16
  /// One a sub-block.
  var scaleCodes: [Int]
  /// One a sub-block; zeros where the format has no minimums.
  var minimumCodes: [Int]
  /// One an element: the index of its level.
  var codes: [Int]
}

/// Finds the content of a block by weighted least squares.
///
/// 1. Every sub-block gets its best real scale and minimum (`SubBlockSearch`).
/// 2. The block's scale makes the largest of them the outermost scale code; likewise the block's minimum scale.
/// 3. By turns, while the error falls: each sub-block takes the best of the neighbouring scale and minimum codes for
///    the block's scales, trying the levels of all its elements; least squares over the whole block gives the block's
///    scales for those codes and levels, rounded to half precision.
///
/// All in double precision; the result depends on nothing but the arguments.
struct SuperBlockSearch<Levels: CodeLevels> {
  let levels: Levels
  let subBlockElementCount: Int
  let scaleCodes: ClosedRange<Int>
  /// Codes of the minimums, from 0; nil where the format has none.
  var minimumCodes: ClosedRange<Int>?

  private static var turnCount: Int { 4 }

  func superBlock(_ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>) -> SuperBlock {
    let subBlockCount = values.count / subBlockElementCount
    guard values.allSatisfy(\.isFinite) else {
      return SuperBlock(
        scale: .nan, minimumScale: 0,
        scaleCodes: [Int](repeating: scaleCodes.upperBound, count: subBlockCount),
        minimumCodes: [Int](repeating: 0, count: subBlockCount),
        codes: [Int](repeating: 0, count: values.count))
    }
    let block = WeightedValues(values, weights: weights)
    var best = bestCodes(block, start(block))
    for _ in 0..<Self.turnCount {
      let next = bestCodes(block, refitted(block, best))
      guard next.error < best.error else { break }
      best = next
    }
    return SuperBlock(
      scale: best.scale, minimumScale: best.minimumScale, scaleCodes: best.scaleCodes,
      minimumCodes: best.minimumCodes, codes: values.indices.map { code(block, best, $0) })
  }

  private struct State {
    var scale: Float16
    var minimumScale: Float16
    var scaleCodes: [Int]
    var minimumCodes: [Int]
    var error = Double.infinity
  }

  private func range(_ subBlock: Int) -> Range<Int> {
    subBlock * subBlockElementCount..<(subBlock + 1) * subBlockElementCount
  }

  /// Steps 1 and 2.
  private func start(_ block: WeightedValues) -> State {
    let search = SubBlockSearch(levels: levels, hasMinimum: minimumCodes != nil)
    let fits = (0..<block.values.count / subBlockElementCount).map { search.fit(block, range($0)) }
    let outermost =
      scaleCodes.lowerBound.magnitude > scaleCodes.upperBound.magnitude
      ? scaleCodes.lowerBound : scaleCodes.upperBound
    let extreme = fits.reduce(0) { abs($1.scale) > abs($0) ? $1.scale : $0 }
    let scale = half(extreme / Double(outermost))
    let lowest = fits.reduce(0) { min($0, $1.minimum) }
    let minimumScale = half(-lowest / Double(minimumCodes?.upperBound ?? 1))
    return State(
      scale: scale, minimumScale: minimumScale,
      scaleCodes: fits.map { nearest($0.scale, scale, scaleCodes) },
      minimumCodes: fits.map { nearest(-$0.minimum, minimumScale, minimumCodes ?? 0...0) })
  }

  /// The code that times `scale` is nearest to `value`.
  private func nearest(_ value: Double, _ scale: Float16, _ codes: ClosedRange<Int>) -> Int {
    guard scale != 0 else { return codes.clamped(0) }
    return ConsecutiveLevels(codes).code(nearest: value / Double(scale)) + codes.lowerBound
  }

  /// The nearest half-precision number, neither infinite nor, where a code can be 0 instead, 0.
  private func half(_ value: Double) -> Float16 {
    let limit = Double(Float16.greatestFiniteMagnitude)
    let rounded = Float16(min(max(value, -limit), limit))
    guard rounded == 0 && value != 0 && scaleCodes.contains(0) else { return rounded }
    return value < 0 ? -.leastNonzeroMagnitude : .leastNonzeroMagnitude
  }

  /// The state with the best codes in the neighbourhood for its scales, and its error.
  private func bestCodes(_ block: WeightedValues, _ state: State) -> State {
    var result = state
    result.error = 0
    for subBlock in state.scaleCodes.indices {
      var least = Double.infinity
      let minimums = neighbours(state.minimumCodes[subBlock], minimumCodes ?? 0...0)
      for scaleCode in neighbours(state.scaleCodes[subBlock], scaleCodes) {
        for minimumCode in minimums {
          let found = error(
            block, range(subBlock), scale: Double(state.scale) * Double(scaleCode),
            minimum: -Double(state.minimumScale) * Double(minimumCode), limit: least)
          guard found < least else { continue }
          least = found
          (result.scaleCodes[subBlock], result.minimumCodes[subBlock]) = (scaleCode, minimumCode)
        }
      }
      result.error += least
    }
    return result
  }

  private func neighbours(_ code: Int, _ codes: ClosedRange<Int>) -> ClosedRange<Int> {
    codes.clamped(code - 1)...codes.clamped(code + 1)
  }

  /// The error of a sub-block whose elements take their nearest levels; stops when it has reached `limit`.
  private func error(
    _ block: WeightedValues, _ range: Range<Int>, scale: Double, minimum: Double, limit: Double
  ) -> Double {
    let inverse = scale == 0 ? 0 : 1 / scale
    var sum = 0.0
    for index in range {
      let target = block.values[index] - minimum
      let difference = scale * levels.level(levels.code(nearest: target * inverse)) - target
      sum += block.weights[index] * difference * difference
      if sum >= limit { break }
    }
    return sum
  }

  private func code(_ block: WeightedValues, _ state: State, _ index: Int) -> Int {
    let subBlock = index / subBlockElementCount
    let scale = Double(state.scale) * Double(state.scaleCodes[subBlock])
    let target = block.values[index] + Double(state.minimumScale) * Double(state.minimumCodes[subBlock])
    return levels.code(nearest: scale == 0 ? 0 : target / scale)
  }

  /// The state with the block's scales that fit its codes and levels best.
  private func refitted(_ block: WeightedValues, _ state: State) -> State {
    // The sums of a = scale code · level and b = -minimum code, and of both with the value x.
    var (aa, ab, bb, ax, bx) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for index in block.values.indices {
      let subBlock = index / subBlockElementCount
      let a = Double(state.scaleCodes[subBlock]) * levels.level(code(block, state, index))
      let b = -Double(state.minimumCodes[subBlock])
      let (x, w) = (block.values[index], block.weights[index])
      aa += w * a * a
      ab += w * a * b
      bb += w * b * b
      ax += w * a * x
      bx += w * b * x
    }
    var result = state
    let determinant = aa * bb - ab * ab
    if determinant > 0 {
      result.scale = half((bb * ax - ab * bx) / determinant)
      result.minimumScale = half((aa * bx - ab * ax) / determinant)
    } else if aa > 0 {
      result.scale = half(ax / aa)
    } else if bb > 0 {
      result.minimumScale = half(bx / bb)
    }
    return result
  }
}

extension ClosedRange<Int> {
  func clamped(_ value: Int) -> Int { Swift.min(Swift.max(value, lowerBound), upperBound) }
}
