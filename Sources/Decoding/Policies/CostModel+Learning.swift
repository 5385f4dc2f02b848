extension CostModel {
  /// Sets what a measurement at load found.
  public mutating func set(secondsPerPass seconds: Double, rows: Int) {
    guard rows >= 1, rows <= Self.maximumRowCount, seconds > 0 else { return }
    shape[rows] = seconds / level(rows)
    passCounts[rows] = 0
    largestRowCount = max(largestRowCount, rows)
    tabulate()
  }

  /// Sets what a measurement at load found.
  /// - Parameter firstSeconds: Of the first token of a chain, after a pass of the target; nil: not measured.
  public mutating func set(secondsPerDraftedToken seconds: Double, ofFirst firstSeconds: Double? = nil) {
    draftShape = Average(
      max(0, seconds) / narrowLevel.value, weight: Self.levelWeight, span: Self.levelSpan)
    guard let firstSeconds else { return }
    firstShape = Average(
      max(0, firstSeconds - seconds) / narrowLevel.value, weight: Self.levelWeight, span: Self.levelSpan)
  }

  /// Sets what a measurement at load found, each at least 1.
  /// - Parameters:
  ///   - targetSlowdown: For passes of one row.
  ///   - wideTargetSlowdown: For passes of eight rows and more.
  public mutating func set(targetSlowdown: Double, wideTargetSlowdown: Double, draftSlowdown: Double) {
    narrowSlowdown = Average(max(1, targetSlowdown), weight: Self.measuredWeight)
    wideSlowdown = Average(max(1, wideTargetSlowdown), weight: Self.measuredWeight)
    self.draftSlowdown = Average(max(1, draftSlowdown), weight: Self.measuredWeight)
  }

  /// How much of what a pass took longer than expected its number of rows is blamed for: little where such passes were
  /// many, much where this is the first among many others.
  private func shapeRate(rows: Int) -> Double {
    let shape = Self.shapeVariance / Double(1 + passCounts[rows])
    let level = Self.levelVariance / Double(1 + passCount) + Self.levelDrift
    return max(Self.leastShapeRate, shape / (shape + level + Self.passVariance))
  }
  private static let leastShapeRate = 0.03
  // Squares of relative errors, about: of the measurement at load, of the machine's speed since, from one pass to the
  // next, and of one pass.
  private static let shapeVariance = 0.008
  private static let levelVariance = 0.06
  private static let levelDrift = 0.001
  private static let passVariance = 0.0025
  /// A measurement at load counts as much as this many passes.
  private static let measuredWeight = 8

  /// One target pass.
  /// - Parameter overlap: The share of its time in which the draft computed.
  mutating func observePass(rows: Int, seconds: Double, overlap: Double) {
    guard seconds > 0, rows <= Self.maximumRowCount else { return }
    if overlap < 0.1 {
      guard shape[rows] > 0, let expected = verify(rows: rows) else {
        return set(secondsPerPass: seconds, rows: rows)
      }
      // A pass that the system interrupted says nothing about the next.
      let ratio = min(max(seconds / expected, 0.5), 2)
      let share = arithmeticShare(rows)
      let shapeRate = shapeRate(rows: rows)
      let levelRatio = 1 + (1 - shapeRate) * (ratio - 1)
      narrowLevel.add(narrowLevel.value * (1 + (1 - share) * (levelRatio - 1)))
      wideLevel.add(wideLevel.value * (1 + share * (levelRatio - 1)))
      shape[rows] *= 1 + shapeRate * (ratio - 1)
      passCounts[rows] += 1
      passCount += 1
      tabulate()
    } else if overlap > 0.6, let expected = verify(rows: rows) {
      // Only the overlapped part is slowed down.
      let slowed = overlap * seconds / max(1e-9, expected - (1 - overlap) * seconds)
      let slowdown = min(max(slowed, 1), 4)
      if rows * 2 > Self.wideRowCount { wideSlowdown.add(slowdown) } else { narrowSlowdown.add(slowdown) }
    } else if verify(rows: rows) == nil {
      set(secondsPerPass: seconds / (1 + (targetSlowdown(rows: rows) - 1) * overlap), rows: rows)
    }
  }

  /// More, in units of T_d, is no longer of the first token but of something that interrupted it.
  private static let largestFirstExtra = 16.0

  /// One drafted token.
  /// - Parameters:
  ///   - isFirst: Whether nothing was pending.
  ///   - isOverlapped: Whether the target computed for all of that time; nil: for a part of it.
  mutating func observeDraft(seconds: Double, isFirst: Bool, isOverlapped: Bool?) {
    guard let isOverlapped, seconds > 0 else { return }
    guard let draft else { return draftShape.add(seconds / narrowLevel.value) }
    if isFirst {
      guard !isOverlapped else { return }
      // Where chains have one token, it is all that tells about T_d.
      if seconds < draft { draftShape.add(seconds / narrowLevel.value) }
      firstShape.add(min(max(seconds - draft, 0), Self.largestFirstExtra * draft) / narrowLevel.value)
    } else if isOverlapped {
      draftSlowdown.add(min(max(seconds / draft, 1), 4))
    } else {
      draftShape.add(min(seconds, 2 * draft) / narrowLevel.value)
    }
  }

  /// Tokens that a round committed, and how long it took.
  mutating func observeRound(tokenCount: Int, seconds: Double) {
    guard seconds > 0 else { return }
    roundTokens.add(Double(tokenCount))
    roundSeconds.add(seconds)
  }
}
