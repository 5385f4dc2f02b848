import Inference
import Platform

/// The threads of both models on one layout.
final class LaneTeams {
  let plan: ThreadPlan
  let placement: PlacementPlan
  let target: ThreadTeam
  /// The target's where the models take turns on the same CPUs.
  let draft: ThreadTeam

  /// - Parameter isElastic: Whether threads of one model help the other while they have nothing to do.
  init(_ plan: ThreadPlan, placement: PlacementPlan, isElastic: Bool) {
    (self.plan, self.placement) = (plan, placement)
    // More threads than CPUs would help each other at the price of those that have work.
    let isElastic = isElastic && plan.hasDraftLane && !plan.isOversubscribed
    target = ThreadTeam(
      name: "target", cpus: plan.targetCPUs, nodes: placement.target.threadNodes,
      guestCapacity: isElastic ? plan.draftCPUs.count : 0, spin: plan.spin)
    // Models that take turns share one team: idle workers of a second one would be in the way.
    let sharesTeam = !plan.hasDraftLane && [[], plan.targetCPUs].contains(plan.draftCPUs)
    draft =
      sharesTeam
      ? target
      : ThreadTeam(
        name: "draft", cpus: plan.draftCPUs, nodes: placement.draft.threadNodes,
        guestCapacity: isElastic ? plan.targetCPUs.count : 0, spin: plan.spin)
    if isElastic { ThreadTeam.pair(target, draft) }
  }

  /// A thread for a draft that may run at any time; nil where it takes turns with the target.
  func draftLane() -> LaneThread? {
    guard plan.hasDraftLane else { return nil }
    return LaneThread(
      name: "draft", cpu: plan.draftCPUs[0], spin: plan.spin, team: draft, ownersTeam: target)
  }

  /// Where the threads are. Called by the target's leader.
  func threadPlacements(lane: LaneThread?) -> [ThreadPlacement] {
    var threads = [target.leaderPlacement] + target.workerPlacements
    if let lane { threads.append(lane.placement) }
    if draft !== target { threads += draft.workerPlacements }
    return threads
  }
}
