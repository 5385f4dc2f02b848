/// What passes cost on this machine, in seconds: measured when the models are loaded, kept by moving averages.
public struct CostModel: Sendable {
  /// Largest number of rows that it knows a time for; more rows cost as much as those.
  public static let maximumRowCount = 65

  // Seconds of a target pass by rows, relative to `level`; 0 where nothing was measured. Element 0 is unused.
  var shape = InlineArray<66, Double>(repeating: 0)
  // T(m) of each number of rows, made of the shape and the levels; 0 where nothing is known. Looked at far more often than
  // it changes.
  private var table = InlineArray<66, Double>(repeating: 0)
  // Passes of each number of rows, and all, since the measurement at load.
  var passCounts = InlineArray<66, Int>(repeating: 0)
  var passCount = 0
  /// Largest number of rows that was measured.
  var largestRowCount = 0
  // Fast averages beside the slow shape: passes get slower as the context grows, the clock falls or others use the memory,
  // those of few rows, which memory bounds, and those of many, which arithmetic bounds, not alike.
  var narrowLevel = Average(1, weight: Self.levelWeight, span: Self.levelSpan)
  var wideLevel = Average(1, weight: Self.levelWeight, span: Self.levelSpan)
  private static let boundByArithmetic = 16
  // Of a drafted token, relative to the level of narrow passes: one token is as narrow as a pass can be, and while the
  // target works alone only its passes tell what the machine is like.
  var draftShape = Average(0, weight: 0, span: Self.levelSpan)
  // What was measured at load, perhaps days ago, is soon forgotten: the machine may have become slower or faster.
  static let levelWeight = 2
  static let levelSpan = 16

  /// T_d: seconds per drafted token while the target rests; nil before the first.
  public var draft: Double? { draftShape.value > 0 ? draftShape.value * narrowLevel.value : nil }
  // Relative to the level of narrow passes as well.
  var firstShape = Average(0, weight: 0, span: Self.levelSpan)
  /// Seconds that the first token of a chain takes longer than the next ones: the target's weights have taken the cache
  /// meanwhile, there is a token more to read, and the lane has to wake up.
  public var firstDraftExtra: Double { firstShape.value * narrowLevel.value }
  // How many times as long a pass of few rows, bound by memory, and one of many, bound by arithmetic, takes while the
  // draft computes.
  var narrowSlowdown = Average(1)
  var wideSlowdown = Average(1)
  private static let narrowRowCount = 1
  static let wideRowCount = 8
  /// How many times as long a drafted token takes while the target computes: 1 + κ of the draft.
  public internal(set) var draftSlowdown = Average(1)
  /// Whether the models never compute at the same time: they share their cores.
  public var takesTurns = false
  /// Whether what is drafted now takes no time of its own: the target computes meanwhile.
  public var draftsMeanwhile = false
  // Averaged apart, so that long rounds count as long as they are.
  var roundTokens = Average(0)
  var roundSeconds = Average(0)

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
    let seconds = table[min(max(rows, 1), Self.maximumRowCount)]
    return seconds > 0 ? seconds : nil
  }

  /// To be called after each change of the shape or of a level.
  mutating func tabulate() {
    // As long a pass as the last one that was measured, and between two of them on a straight line.
    var known = 0
    for rows in 1...Self.maximumRowCount {
      table[rows] = known > 0 ? table[known] : 0
      guard shape[rows] > 0 else { continue }
      let (first, seconds) = (known > 0 ? table[known] : measured(rows), measured(rows))
      for between in known + 1..<rows {
        let share = Double(between - known) / Double(rows - known)
        table[between] = first + (seconds - first) * share
      }
      (table[rows], known) = (seconds, rows)
    }
    for rows in stride(from: largestRowCount - 1, to: 0, by: -1) {
      table[rows] = min(table[rows], table[rows + 1])
    }
  }

  private func measured(_ rows: Int) -> Double { shape[rows] * level(rows) }

  func level(_ rows: Int) -> Double {
    let share = arithmeticShare(rows)
    return narrowLevel.value * (1 - share) + wideLevel.value * share
  }

  /// How much of what changes the time of a pass changes arithmetic's.
  func arithmeticShare(_ rows: Int) -> Double {
    min(1, Double(rows - 1) / Double(Self.boundByArithmetic - 1))
  }

  /// Of late; nil before the first round.
  var secondsPerRound: Double? { roundSeconds.value > 0 ? roundSeconds.value : nil }

  /// ρ: committed tokens per second of late; nil before the first round.
  public var tokensPerSecond: Double? {
    roundSeconds.value > 0 ? roundTokens.value / roundSeconds.value : nil
  }
}
