/// What passes cost on this machine, in seconds: measured when the models are loaded, kept by moving averages.
public struct CostModel: Sendable {
  /// Largest number of rows that it knows a time for; more rows cost as much as those.
  public static let maximumRowCount = 65

  // Seconds of a target pass by rows, relative to `level`; 0 where nothing was measured. Element 0 is unused.
  private var shape = InlineArray<66, Double>(repeating: 0)
  /// Largest number of rows that was measured.
  private var largestRowCount = 0
  // Fast averages beside the slow shape: passes get slower as the context grows, the clock falls or others use the memory,
  // those of few rows, which memory bounds, and those of many, which arithmetic bounds, not alike.
  private var narrowLevel = Average(1, weight: Self.levelWeight, span: Self.levelSpan)
  private var wideLevel = Average(1, weight: Self.levelWeight, span: Self.levelSpan)
  private static let boundByArithmetic = 16
  private var draftLevel = Average(0, weight: 0, span: Self.levelSpan)
  // What was measured at load, perhaps days ago, is soon forgotten: the machine may have become slower or faster.
  private static let levelWeight = 2
  private static let levelSpan = 16

  /// T_d: seconds per drafted token while the target rests; nil before the first.
  public var draft: Double? { draftLevel.value > 0 ? draftLevel.value : nil }
  // How many times as long a pass of few rows, bound by memory, and one of many, bound by arithmetic, takes while the
  // draft computes.
  private var narrowSlowdown = Average(1)
  private var wideSlowdown = Average(1)
  private static let narrowRowCount = 1
  private static let wideRowCount = 8
  /// How many times as long a drafted token takes while the target computes: 1 + κ of the draft.
  public private(set) var draftSlowdown = Average(1)
  /// Whether the models never compute at the same time: they share their cores.
  public var takesTurns = false
  // Averaged apart, so that long rounds count as long as they are.
  private var roundTokens = Average(0)
  private var roundSeconds = Average(0)

  public init() {}

  /// How many times as long a target pass of `rows` rows takes while the draft computes: 1 + κ of the target.
  public func targetSlowdown(rows: Int) -> Double {
    let share = Double(rows - Self.narrowRowCount) / Double(Self.wideRowCount - Self.narrowRowCount)
    return narrowSlowdown.value
      + (wideSlowdown.value - narrowSlowdown.value) * min(max(share, 0), 1)
  }

  /// T(m): seconds of a target pass of `rows` rows while the draft rests; nil if nothing was measured.
  ///
  /// Between measured numbers of rows by a straight line, and never more than for a greater number: a measurement that
  /// says so was disturbed.
  public func verify(rows: Int) -> Double? {
    let rows = min(max(rows, 1), Self.maximumRowCount)
    guard var seconds = interpolated(rows) else { return nil }
    for more in rows + 1..<max(rows + 1, largestRowCount + 1) where shape[more] > 0 {
      seconds = min(seconds, measured(more))
    }
    return seconds
  }

  private func interpolated(_ rows: Int) -> Double? {
    if shape[rows] > 0 { return measured(rows) }
    let below = stride(from: rows - 1, to: 0, by: -1).first { shape[$0] > 0 }
    let above = (rows + 1..<Self.maximumRowCount + 1).first { shape[$0] > 0 }
    switch (below, above) {
    case (nil, nil): return nil
    case (let below?, nil): return measured(below)
    case (nil, let above?): return measured(above)
    case (let below?, let above?):
      let share = Double(rows - below) / Double(above - below)
      return measured(below) + (measured(above) - measured(below)) * share
    }
  }

  private func measured(_ rows: Int) -> Double { shape[rows] * level(rows) }

  private func level(_ rows: Int) -> Double {
    let share = arithmeticShare(rows)
    return narrowLevel.value * (1 - share) + wideLevel.value * share
  }

  /// How much of what changes the time of a pass changes arithmetic's.
  private func arithmeticShare(_ rows: Int) -> Double {
    min(1, Double(rows - 1) / Double(Self.boundByArithmetic - 1))
  }

  /// ρ: committed tokens per second of late; nil before the first round.
  public var tokensPerSecond: Double? {
    roundSeconds.value > 0 ? roundTokens.value / roundSeconds.value : nil
  }
}

extension CostModel {
  /// Sets what a measurement at load found.
  public mutating func set(secondsPerPass seconds: Double, rows: Int) {
    guard rows >= 1, rows <= Self.maximumRowCount, seconds > 0 else { return }
    shape[rows] = seconds / level(rows)
    largestRowCount = max(largestRowCount, rows)
  }

  /// Sets what a measurement at load found.
  public mutating func set(secondsPerDraftedToken seconds: Double) {
    draftLevel = Average(max(0, seconds), weight: Self.levelWeight, span: Self.levelSpan)
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

  /// How much of what a pass took longer than expected its number of rows is blamed for, in the long run.
  private static let shapeRate = 0.05
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
      narrowLevel.add(narrowLevel.value * (1 + (1 - share) * (ratio - 1)))
      wideLevel.add(wideLevel.value * (1 + share * (ratio - 1)))
      shape[rows] *= 1 + Self.shapeRate * (ratio - 1)
    } else if overlap > 0.6, let expected = verify(rows: rows) {
      // Only the overlapped part is slowed down.
      let slowed = overlap * seconds / max(1e-9, expected - (1 - overlap) * seconds)
      let slowdown = min(max(slowed, 1), 4)
      if rows * 2 > Self.wideRowCount { wideSlowdown.add(slowdown) } else { narrowSlowdown.add(slowdown) }
    } else if verify(rows: rows) == nil {
      set(secondsPerPass: seconds / (1 + (targetSlowdown(rows: rows) - 1) * overlap), rows: rows)
    }
  }

  /// One drafted token.
  /// - Parameter isOverlapped: Whether the target computed for all of that time; nil: for a part of it.
  mutating func observeDraft(seconds: Double, isOverlapped: Bool?) {
    guard let isOverlapped, seconds > 0 else { return }
    guard let draft else { return draftLevel.add(seconds) }
    if isOverlapped {
      draftSlowdown.add(min(max(seconds / draft, 1), 4))
    } else {
      draftLevel.add(min(seconds, 2 * draft))
    }
  }

  /// Tokens that a round committed, and how long it took.
  mutating func observeRound(tokenCount: Int, seconds: Double) {
    guard seconds > 0 else { return }
    roundTokens.add(Double(tokenCount))
    roundSeconds.add(seconds)
  }
}
