/// What passes took on average over all contestants on the same cores, to tell what a contestant chose from when it ran: a
/// machine that others use, too, is faster in one second and slower in the next.
struct TypicalPasses {
  private var target: [Int: EvalResults.TimedPasses] = [:]
  private var draft = EvalResults.TimedPasses()

  /// - Parameter isIncluded: Which contestants; of those, runs in which both models computed at once count nothing, as
  ///   their passes are of another kind.
  init(_ prompts: [EvalResults.Prompt], where isIncluded: (_ contestant: Int) -> Bool) {
    for prompt in prompts {
      for run in prompt.runs.indices.filter(isIncluded).flatMap({ prompt.runs[$0] })
      where run.overlappedSeconds == 0 {
        for (rows, passes) in run.passesByRows { target[rows, default: .init()].add(passes) }
        draft.add(run.draftPasses)
      }
    }
  }

  /// What a run would have taken if each of its passes had been a typical one; nil where both models computed at once.
  func seconds(of run: EvalResults.Run) -> Double? {
    guard run.overlappedSeconds == 0 else { return nil }
    var seconds = run.seconds
    for (rows, passes) in run.passesByRows {
      guard let typical = target[rows]?.seconds(for: passes.count) else { return nil }
      seconds += typical - passes.seconds
    }
    guard run.draftPasses.count > 0 else { return seconds }
    return draft.seconds(for: run.draftPasses.count).map { seconds + $0 - run.draftPasses.seconds }
  }
}

extension EvalResults.TimedPasses {
  fileprivate mutating func add(_ other: Self) {
    count += other.count
    seconds += other.seconds
  }

  /// Of as many of these passes; nil if there were none.
  fileprivate func seconds(for otherCount: Int) -> Double? {
    count > 0 ? seconds / Double(count) * Double(otherCount) : nil
  }
}
