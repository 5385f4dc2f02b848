import Foundation

/// What passes take at a typical moment, over all contestants on the same cores, to tell what a contestant chose from when
/// it ran: a machine that others use, too, is faster in one second and slower in the next.
struct TypicalPasses {
  /// Numbers of rows that are known.
  private let rows: ClosedRange<Int>
  private let hasDrafts: Bool
  /// Seconds of a pass by its rows, then of one of the draft.
  private let seconds: [Double]

  /// Nil if there is nothing to learn from.
  /// - Parameter isIncluded: Which contestants; of those, runs in which both models computed at once count nothing, as
  ///   their passes are of another kind.
  init?(_ prompts: [EvalResults.Prompt], where isIncluded: (_ contestant: Int) -> Bool) {
    let runs = prompts.flatMap { prompt in
      prompt.runs.indices.filter(isIncluded).flatMap { prompt.runs[$0] }
    }.filter { $0.overlappedSeconds == 0 }
    let rowCounts = runs.flatMap(\.passesByRows).filter { $0.value.isTimed }.map(\.key)
    guard let fewest = rowCounts.min(), let most = rowCounts.max() else { return nil }
    rows = fewest...most
    hasDrafts = runs.contains { $0.draftPasses.isTimed }
    let kinds = runs.map { [rows] in Self.kinds($0, rows: rows) }
    let fit = PassTimeFit(
      kinds, kindCount: rows.count + (hasDrafts ? 1 : 0), rowKindCount: rows.count)
    let typical = fit.logSeconds.map(exp)
    // All passes together take as long as they took.
    let passes = kinds.joined()
    let scale =
      passes.reduce(0) { $0 + $1.passes.seconds }
      / passes.reduce(0) { $0 + typical[$1.kind] * Double($1.passes.count) }
    seconds = typical.map { $0 * scale }
  }

  /// Passes of a run by kind: rows over the fewest, then the draft's.
  private static func kinds(_ run: EvalResults.Run, rows: ClosedRange<Int>) -> [PassTimeFit.Passes] {
    var kinds = run.passesByRows.sorted { $0.key < $1.key }.map { ($0.key - rows.lowerBound, $0.value) }
    kinds.append((rows.count, run.draftPasses))
    return kinds.filter { $0.1.isTimed }
  }

  /// What a run would have taken if each of its passes had been a typical one; nil where both models computed at once.
  func seconds(of run: EvalResults.Run) -> Double? {
    guard run.overlappedSeconds == 0, hasDrafts || !run.draftPasses.isTimed,
      run.passesByRows.allSatisfy({ rows.contains($0.key) || !$0.value.isTimed })
    else { return nil }
    return Self.kinds(run, rows: rows).reduce(run.seconds) {
      $0 + seconds[$1.kind] * Double($1.passes.count) - $1.passes.seconds
    }
  }
}

extension EvalResults.TimedPasses {
  fileprivate var isTimed: Bool { count > 0 && seconds > 0 }
}
