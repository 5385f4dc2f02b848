/// What a scheduler has learnt about a pair and its texts, for the next scheduler of the same mode over the same models.
public struct Experience {
  var policy: any LengthPolicy
  var rule: any StopRule
  var costs: CostModel
}

extension Scheduler {
  /// Nil without a drafter. Read between generations.
  public var experience: Experience? {
    draftJob.map { Experience(policy: policy, rule: $0.rule, costs: board.costs) }
  }
}
