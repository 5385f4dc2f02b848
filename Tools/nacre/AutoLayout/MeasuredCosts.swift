import Decoding

/// What passes of a pair cost on some layout, as it is measured at load and remembered.
struct MeasuredCosts: Codable, Equatable {
  /// Seconds of a target pass, by its number of rows.
  var passSeconds: [Int: Double]
  /// Seconds per drafted token; nil without a draft.
  var draftSeconds: Double?
  /// How passes slow down beside the other model's; nil where the models take turns.
  var slowdown: Slowdown?

  /// How many times as long passes take while the other model computes.
  struct Slowdown: Codable, Equatable {
    /// Target passes of one row, and of eight.
    var target: Double
    var wideTarget: Double
    var draft: Double
  }

  /// Of two measurements of the same: the shorter times, since others can only disturb, and the larger slowdowns, since
  /// those compare two moments.
  func merged(with other: MeasuredCosts) -> MeasuredCosts {
    MeasuredCosts(
      passSeconds: passSeconds.merging(other.passSeconds, uniquingKeysWith: min),
      draftSeconds: [draftSeconds, other.draftSeconds].compactMap(\.self).min(),
      slowdown: slowdown.map { slowdown in
        Slowdown(
          target: max(slowdown.target, other.slowdown?.target ?? 1),
          wideTarget: max(slowdown.wideTarget, other.slowdown?.wideTarget ?? 1),
          draft: max(slowdown.draft, other.slowdown?.draft ?? 1))
      })
  }

  /// Where the scheduler begins.
  var model: CostModel {
    var model = CostModel()
    model.takesTurns = slowdown == nil
    for (rows, seconds) in passSeconds { model.set(secondsPerPass: seconds, rows: rows) }
    if let draftSeconds { model.set(secondsPerDraftedToken: draftSeconds) }
    if let slowdown {
      model.set(
        targetSlowdown: slowdown.target, wideTargetSlowdown: slowdown.wideTarget,
        draftSlowdown: slowdown.draft)
    }
    return model
  }
}

extension MeasuredCosts {
  /// The acceptance that layouts are compared with: what a pair of one family often reaches. Which of two layouts is the
  /// faster seldom depends on it.
  static let typicalAcceptance = 0.7
  private static let longest = 16

  /// Tokens per second over a range of acceptances: what layouts are compared by. A mode that chooses has more to choose
  /// from where both lanes can compute, which may pay at another acceptance than the typical one.
  func score(in mode: ModeName, draftLength: Int?) -> Double {
    let acceptances = mode == .auto ? [0.5, Self.typicalAcceptance, 0.9, 0.97] : [Self.typicalAcceptance]
    let speeds = acceptances.map { tokensPerSecond(in: mode, draftLength: draftLength, acceptance: $0) }
    return speeds.reduce(0, +) / Double(speeds.count)
  }

  /// Expected tokens per second in a mode, if each drafted token is accepted with probability `acceptance`.
  /// - Parameter draftLength: Nil: the mode's best.
  func tokensPerSecond(
    in mode: ModeName, draftLength: Int?, acceptance: Double = typicalAcceptance
  ) -> Double {
    let forecast = SpeedForecast(acceptance: acceptance, costs: model)
    let alone = forecast.autoregressive ?? 0
    let inTurn =
      draftLength.map { forecast.speculative(draftLength: $0) }
      ?? forecast.bestSpeculative(upTo: Self.longest)?.tokensPerSecond
    let together =
      draftLength.map { forecast.lockstep(draftLength: $0) }
      ?? forecast.bestFreeRunning(upTo: Self.longest)?.tokensPerSecond ?? inTurn
    return switch mode {
    case .ar: alone
    case .sd: inTurn ?? 0
    case .pearl: together ?? 0
    case .auto: max(alone, inTurn ?? 0, together ?? 0)
    }
  }
}
