/// Finds the content of a block by weighted least squares.
///
/// 1. Every sub-block gets its best real scale and minimum (`SubBlockSearch`).
/// 2. The block's scale makes the largest of them the outermost scale code; likewise the block's minimum scale.
/// 3. By turns, while the error falls: each sub-block takes the best of the neighbouring scale and minimum codes for
///    the block's scales, trying the levels of all its elements; least squares over the whole block gives the block's
///    scales for those codes and levels, rounded to half precision.
///
/// The result depends on nothing but the arguments: it is the same on every machine.
struct SuperBlockSearch<Levels: CodeLevels> {
  let levels: Levels
  let subBlockElementCount: Int
  let scaleCodes: ClosedRange<Int>
  /// Codes of the minimums, from 0; 1...1 where the minimum itself is stored; nil where the format has none.
  var minimumCodes: ClosedRange<Int>?
  /// See `WeightedBlock`; 1 and 2 were best by the divergence of a quantized model from itself.
  var evenness: Float = 2

  private static var turnCount: Int { 3 }

  /// - Parameter importance: As many as values, finite and at least 0.
  func superBlock(_ values: UnsafeBufferPointer<Float>, importance: UnsafeBufferPointer<Float>) -> SuperBlock
  {
    WeightedBlock.with(values, importance: importance, evenness: evenness) { block in
      var best = bestCodes(block, start(block))
      for _ in 1..<Self.turnCount {
        let next = bestCodes(block, refitted(block, best))
        guard next.error < best.error else { break }
        best = next
      }
      return superBlock(block, best)
    } ?? .notANumber(scaleCode: Int8(scaleCodes.upperBound))
  }

  /// The block's scales and the codes of its sub-blocks, with sums over the elements at their nearest levels.
  private struct State {
    var scale: Float16 = 0
    var minimumScale: Float16 = 0
    var scaleCodes = InlineArray<16, Int8>(repeating: 0)
    var minimumCodes = InlineArray<16, Int8>(repeating: 0)
    var error = Double.infinity
    var equations = NormalEquations()
  }

  private var minimums: Minimums {
    guard let minimumCodes else { return .none }
    return minimumCodes == 1...1 ? .any : .notPositive
  }

  /// Steps 1 and 2.
  private func start(_ block: WeightedBlock) -> State {
    let search = SubBlockSearch(levels: levels, minimums: minimums)
    var fits = InlineArray<16, SubBlockFit>(repeating: SubBlockFit())
    let subBlockCount = block.count / subBlockElementCount
    var (extreme, lowest) = (Float(0), minimums == .any ? Float.infinity : 0)
    for subBlock in 0..<subBlockCount {
      let first = subBlock * subBlockElementCount
      let fit = search.fit(block.values + first, block.weights + first, count: subBlockElementCount)
      if abs(fit.scale) > abs(extreme) { extreme = fit.scale }
      lowest = min(lowest, fit.minimum)
      fits[subBlock] = fit
    }
    let outermost =
      scaleCodes.lowerBound.magnitude > scaleCodes.upperBound.magnitude
      ? scaleCodes.lowerBound : scaleCodes.upperBound
    var state = State()
    state.scale = scaleCodes.scale(reaching: block.unit * Double(extreme) / Double(outermost))
    state.minimumScale = scaleCodes.scale(
      reaching: block.unit * Double(-lowest) / Double(minimumCodes?.upperBound ?? 1))
    for subBlock in 0..<subBlockCount {
      state.scaleCodes[subBlock] = scaleCodes.nearest(
        Double(fits[subBlock].scale) * block.unit / Double(state.scale))
      state.minimumCodes[subBlock] = (minimumCodes ?? 0...0).nearest(
        Double(-fits[subBlock].minimum) * block.unit / Double(state.minimumScale))
    }
    return state
  }

  /// The state with the best codes in the neighbourhood for its scales, and its error.
  private func bestCodes(_ block: WeightedBlock, _ state: State) -> State {
    var result = state
    result.error = 0
    result.equations = NormalEquations()
    let scale = Float(Double(state.scale) / block.unit)
    let minimumScale = Float(Double(state.minimumScale) / block.unit)
    for subBlock in 0..<block.count / subBlockElementCount {
      let codes = neighbours(state.scaleCodes[subBlock], state.minimumCodes[subBlock])
      let first = subBlock * subBlockElementCount
      let tried = CodeTrial(
        block.values + first, block.weights + first, count: subBlockElementCount, levels: levels,
        scales: scale * codes.scale, minimums: -minimumScale * codes.minimum)
      let best = tried.best
      let (scaleCode, minimumCode) = (codes.scale[best.lane], codes.minimum[best.lane])
      result.scaleCodes[subBlock] = Int8(scaleCode)
      result.minimumCodes[subBlock] = Int8(minimumCode)
      result.error += Double(best.error)
      result.equations.add(best, scaleCode: Double(scaleCode), minimumCode: Double(minimumCode))
    }
    return result
  }

  /// Pairs of scale codes and minimum codes to try, the given one first.
  @inline(__always)
  private func neighbours(_ scaleCode: Int8, _ minimumCode: Int8) -> (scale: Lanes, minimum: Lanes) {
    guard let minimumCodes else {
      let near = Float(scaleCode) + Lanes(0, -1, 1, -2, 2, -3, 3, 4)
      return (scaleCodes.clamp(near), .zero)
    }
    return (
      scaleCodes.clamp(Float(scaleCode) + Lanes(0, -1, 1, 0, 0, -1, 1, 2)),
      minimumCodes.clamp(Float(minimumCode) + Lanes(0, 0, 0, -1, 1, -1, 1, 1))
    )
  }

  /// The state with the block's scales that fit its codes and levels best.
  private func refitted(_ block: WeightedBlock, _ state: State) -> State {
    var result = state
    let solution = state.equations.solution
    if let scale = solution.scale { result.scale = scaleCodes.scale(nearest: block.unit * scale) }
    if let scale = solution.minimumScale {
      result.minimumScale = scaleCodes.scale(nearest: block.unit * scale)
    }
    return result
  }

  private func superBlock(_ block: WeightedBlock, _ state: State) -> SuperBlock {
    var result = SuperBlock(
      scale: state.scale, minimumScale: state.minimumScale, scaleCodes: state.scaleCodes,
      minimumCodes: state.minimumCodes)
    let scale = Float(Double(state.scale) / block.unit)
    let minimumScale = Float(Double(state.minimumScale) / block.unit)
    for first in stride(from: 0, to: block.count, by: Lanes.scalarCount) {
      let subBlock = first / subBlockElementCount
      let step = scale * Float(state.scaleCodes[subBlock])
      let minimum = -minimumScale * Float(state.minimumCodes[subBlock])
      let values = UnsafeRawPointer(block.values + first).loadUnaligned(as: Lanes.self)
      let codes = levels.codes(levels.nearest((values - minimum) * (step == 0 ? 0 : 1 / step)))
      for lane in 0..<Lanes.scalarCount { result.codes[first + lane] = codes[lane] }
    }
    return result
  }
}
