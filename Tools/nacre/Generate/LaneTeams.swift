import Inference
import Platform

/// The threads of both models on one layout.
final class LaneTeams {
  let plan: ThreadPlan
  let placement: PlacementPlan
  let target: ThreadTeam
  /// The target's where the models take turns on the same CPUs.
  let draft: ThreadTeam

  /// Drafts at any time, for all generators on these threads in turn; nil where the draft takes turns with the target.
  let draftLane: LaneThread?

  /// Whether threads of one model help the other while they have nothing to do.
  private let isElastic: Bool

  /// - Parameter isElastic: Whether they shall, if there are two lanes and time for all threads.
  init(_ plan: ThreadPlan, placement: PlacementPlan, isElastic: Bool) {
    (self.plan, self.placement) = (plan, placement)
    // More threads than CPUs would help each other at the price of those that have work.
    self.isElastic = isElastic && plan.hasDraftLane && !plan.isOversubscribed
    target = ThreadTeam(
      name: "target", cpus: plan.targetCPUs, nodes: placement.target.threadNodes,
      guestCapacity: self.isElastic ? plan.draftCPUs.count : 0, spin: plan.spin)
    // Models that take turns share one team: idle workers of a second one would be in the way.
    let sharesTeam = !plan.hasDraftLane && [[], plan.targetCPUs].contains(plan.draftCPUs)
    draft =
      sharesTeam
      ? target
      : ThreadTeam(
        name: "draft", cpus: plan.draftCPUs, nodes: placement.draft.threadNodes,
        guestCapacity: self.isElastic ? plan.targetCPUs.count : 0, spin: plan.spin)
    if self.isElastic { ThreadTeam.pair(target, draft) }
    draftLane =
      plan.hasDraftLane
      ? LaneThread(name: "draft", cpu: plan.draftCPUs[0], spin: plan.spin, team: draft, ownersTeam: target)
      : nil
  }

  /// Where the threads are. Called by the target's leader.
  var threadPlacements: [ThreadPlacement] {
    let ofTarget = [target.leaderPlacement] + target.workerPlacements
    let ofDraft =
      (draftLane.map { [$0.placement] } ?? []) + (draft === target ? [] : draft.workerPlacements)
    guard isElastic else { return ofTarget + ofDraft }
    return ofTarget.map { $0.helping("draft") } + ofDraft.map { $0.helping("target") }
  }
}

extension ThreadPlacement {
  fileprivate func helping(_ lane: String) -> ThreadPlacement {
    var thread = self
    thread.helps = lane
    return thread
  }
}
