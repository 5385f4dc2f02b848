import Decoding

/// What passes of a pair cost on some layout, as it is measured at load and remembered.
struct MeasuredCosts: Codable, Equatable {
  /// Seconds of a target pass, by its number of rows.
  var passSeconds: [Int: Double]
  /// Seconds per drafted token; nil without a draft.
  var draftSeconds: Double?
  /// Seconds for the first token of a chain, after a pass of the target; nil without a draft.
  var firstDraftSeconds: Double?
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
      firstDraftSeconds: [firstDraftSeconds, other.firstDraftSeconds].compactMap(\.self).min(),
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
    if let draftSeconds {
      model.set(secondsPerDraftedToken: draftSeconds, ofFirst: firstDraftSeconds)
    }
    if let slowdown {
      model.set(
        targetSlowdown: slowdown.target, wideTargetSlowdown: slowdown.wideTarget,
        draftSlowdown: slowdown.draft)
    }
    return model
  }
}

extension MeasuredCosts {
  /// The acceptance that layouts are compared with where the pair's is not known: what a pair of one family often reaches.
  static let typicalAcceptance = 0.7
  private static let highestAcceptance = 0.98
  private static let longest = 16

  /// Tokens per second over a range of acceptances: what layouts are compared by. A mode that chooses has more to choose
  /// from where both lanes can compute, which may pay at another acceptance than the typical one.
  /// - Parameter acceptance: α of the pair in texts so far; nil: not known.
  func score(in mode: DecodingMode, acceptance: Double? = nil) -> Double {
    let typical = acceptance ?? Self.typicalAcceptance
    var acceptances = [typical]
    if mode == .automatic {
      // Texts are easier or harder.
      acceptances += acceptance == nil ? [0.5, 0.9, 0.97] : [max(typical - 0.1, 0), typical + 0.1]
    }
    let speeds = acceptances.map {
      tokensPerSecond(in: mode, acceptance: min($0, Self.highestAcceptance))
    }
    return speeds.reduce(0, +) / Double(speeds.count)
  }

  /// Expected tokens per second in a mode, if each drafted token is accepted with probability `acceptance`.
  func tokensPerSecond(in mode: DecodingMode, acceptance: Double = typicalAcceptance) -> Double {
    SpeedForecast(acceptance: acceptance, costs: model).tokensPerSecond(in: mode, upTo: Self.longest) ?? 0
  }
}
