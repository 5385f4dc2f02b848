import Decoding

/// What passes of a pair's models take on one layout, in seconds.
struct PassCosts: Codable, Equatable {
  /// T(m): a target pass over m tokens while the draft rests, by m.
  var target: [Int: Double] = [:]
  /// T_d: a draft pass over one token while the target rests; nil without a draft.
  var draft: Double?
  /// A target pass over m tokens while the draft never rests, by m; empty where the models take turns.
  var targetBesideDraft: [Int: Double] = [:]
  /// A draft pass while the target never rests; nil where the models take turns.
  var draftBesideTarget: Double?

  /// Whether both models can compute at the same time.
  var hasLanes: Bool { draftBesideTarget != nil }

  /// The same as modes have it that choose lengths by themselves.
  var model: CostModel {
    var model = CostModel()
    model.takesTurns = !hasLanes
    for (rows, seconds) in target { model.set(secondsPerPass: seconds, rows: rows) }
    if let draft { model.set(secondsPerDraftedToken: draft) }
    if let draft, let draftBesideTarget, let narrow = targetSlowdown(near: 1),
      let wide = targetSlowdown(near: 8)
    {
      model.set(
        targetSlowdown: narrow, wideTargetSlowdown: wide, draftSlowdown: draftBesideTarget / draft)
    }
    return model
  }

  /// How many times as long a target pass takes beside the draft; of the measured numbers of rows, the nearest counts.
  private func targetSlowdown(near rowCount: Int) -> Double? {
    let nearest = targetBesideDraft.keys.min { (abs($0 - rowCount), $0) < (abs($1 - rowCount), $1) }
    guard let nearest, let beside = targetBesideDraft[nearest], let alone = target[nearest] else {
      return nil
    }
    return beside / alone
  }
}
