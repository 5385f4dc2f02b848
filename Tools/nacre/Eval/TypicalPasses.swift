/// What passes take at a typical moment, over all contestants on the same cores, to tell what a contestant chose from when
/// it ran: a machine that others use, too, is faster in one second and slower in the next.
struct TypicalPasses {
  private let fit: PassTimeFit
  /// Of all runs.
  private let slowness: Double

  /// Nil if there is nothing to learn from.
  /// - Parameter isIncluded: Which contestants; of those, runs in which both models computed at once count nothing, as
  ///   their passes are of another kind.
  init?(_ prompts: [EvalResults.Prompt], where isIncluded: (_ contestant: Int) -> Bool) {
    let runs = prompts.flatMap { prompt in
      prompt.runs.indices.filter(isIncluded).flatMap { prompt.runs[$0] }
    }.filter { $0.overlappedSeconds == 0 }.map(\.timedPasses)
    guard runs.contains(where: { !$0.isEmpty }) else { return nil }
    let fit = PassTimeFit(runs)
    // All passes together take as long as they took.
    let passes = runs.joined()
    slowness =
      passes.reduce(0) { $0 + $1.value.seconds }
      / passes.reduce(0) { $0 + fit.seconds(rows: $1.key) * Double($1.value.count) }
    self.fit = fit
  }

  /// What a run would have taken at a typical moment; nil where both models computed at once.
  ///
  /// What it did besides passes of the target would have been faster or slower as those. How long a drafted token takes says
  /// nothing of the moment: first ones of a chain take longer, and some contestants have more of them.
  func seconds(of run: EvalResults.Run) -> Double? {
    let passes = run.timedPasses
    guard run.overlappedSeconds == 0, passes.keys.allSatisfy(fit.rows.contains) else { return nil }
    let besides = passes.values.reduce(run.seconds) { $0 - $1.seconds }
    let seconds = passes.reduce(besides / fit.slowness(of: passes)) {
      $0 + fit.seconds(rows: $1.key) * Double($1.value.count)
    }
    return seconds * slowness
  }
}

extension EvalResults.Run {
  /// By their rows.
  fileprivate var timedPasses: PassTimeFit.Passes {
    passesByRows.filter { $0.value.count > 0 && $0.value.seconds > 0 }
  }
}
