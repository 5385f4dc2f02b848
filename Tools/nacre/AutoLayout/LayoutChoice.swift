import CoreLayouts
import Decoding
import KernelDispatch
import Platform
import Topology

/// The layout of `--layout auto`: the fastest of the sensible ones, measured with the models themselves; and what passes
/// cost there, or on the layout that was asked for.
struct LayoutChoice {
  /// One layout's threads, weights near them, and what passes cost.
  struct Contestant {
    let lanes: LaneTeams
    let weights: PairWeights
    let costs: MeasuredCosts
    /// How it was found; nil where there was nothing to choose.
    var reason: String?
  }

  /// A layout for which the weights move must be this much faster: less may be noise.
  private static let leastGain = 1.03
  /// What is left of the promise of a layout whose lanes wait for each other, whose slowdowns are measured less surely
  /// than times are, and on which the target alone, to fall back on, has fewer threads.
  private static let laneShare = 0.88
  /// Where there is a choice.
  private static let measurementCount = 3
  /// After which none begins anew: passes that long tell enough at once.
  private static let longestMeasurement = Duration.seconds(4)

  let mode: DecodingMode
  let use: LayoutUse
  let cacheType: CacheType
  let topology: MachineTopology
  /// Whether there is a choice: no layout was asked for.
  let isFree: Bool
  /// Nil: measured anew, and forgotten.
  let cache: LayoutCache?
  /// What the measurement holds for, the machine excepted.
  let key: String

  /// What a choice needs to try a layout.
  struct Means {
    /// The threads of a plan.
    let lanes: (ThreadPlan) throws -> LaneTeams
    let load: (LaneTeams) throws -> PairWeights
    /// Weights that others use, too: layouts that want them elsewhere are not tried.
    let shared: PairWeights?
    /// Whether there is memory for the weights a second time.
    let hasRoomForAnother: () -> Bool
  }

  /// - Parameter preferred: The threads that are used if nothing else is clearly faster.
  /// - Returns: Those threads or better ones, with the weights.
  func best(preferred: LaneTeams, with means: Means) throws -> Contestant {
    let candidates = try isFree ? candidates(besides: preferred, with: means) : []
    let key = "\(topology.machineIdentity) \(isFree ? "auto" : preferred.plan.layoutText) \(key)"
    if let known = cache?[key],
      let lanes = ([preferred] + candidates).first(where: { $0.plan.layoutText == known.layout })
    {
      return Contestant(
        lanes: lanes, weights: try means.shared ?? means.load(lanes), costs: known.costs,
        reason: candidates.isEmpty ? nil : "\(rate(known.costs, on: lanes.plan)), measured before")
    }
    let near = candidates.prefix { $0.hasSameMemory(as: preferred) }
    var group = try measure([preferred] + near, with: means.shared ?? means.load(preferred))
    // It may have been a bad moment.
    if fastest(of: group).lanes !== preferred { group = try measureAgain(group) }
    var best = fastest(of: group)
    var others = group.filter { $0.lanes !== best.lanes }.map { "\($0.lanes.plan.layoutText) \(rate($0))" }
    var tried = best
    for lanes in candidates.dropFirst(near.count) {
      if !lanes.hasSameMemory(as: tried.lanes) && !means.hasRoomForAnother() {
        others.append("\(lanes.plan.layoutText) not measured, no room for the weights a second time")
        continue
      }
      let isNear = lanes.hasSameMemory(as: tried.lanes)
      tried = try measure(lanes, with: isNear ? tried.weights : means.load(lanes))
      let isBetter = score(tried) > score(best) * Self.leastGain
      let loser = isBetter ? best : tried
      others.append("\(loser.lanes.plan.layoutText) \(rate(loser))")
      if isBetter { best = tried }
    }
    cache?.remember(.init(layout: best.lanes.plan.layoutText, costs: best.costs), for: key)
    if !others.isEmpty { best.reason = "\(rate(best)), measured; \(others.joined(separator: ", "))" }
    return best
  }

  /// Other sensible threads; first those that want the weights where the preferred ones do, and then each group of those
  /// that want them in the same place.
  private func candidates(besides preferred: LaneTeams, with means: Means) throws -> [LaneTeams] {
    var groups = [[preferred]]
    for plan in topology.sensibleLayouts(for: use).map({ ThreadPlan($0.layout) }) {
      guard plan != preferred.plan else { continue }
      let lanes = try means.lanes(plan)
      if let group = groups.firstIndex(where: { $0[0].hasSameMemory(as: lanes) }) {
        groups[group].append(lanes)
      } else if means.shared == nil {
        groups.append([lanes])
      }
    }
    return Array(groups.joined().dropFirst())
  }

  /// Layouts that the same weights lie right for. If there is more than one, all are measured several times in turn: a
  /// machine that others use, too, has good and bad moments.
  private func measure(_ layouts: [LaneTeams], with weights: PairWeights) throws -> [Contestant] {
    let start = ContinuousClock.now
    var contestants = try layouts.map { try measure($0, with: weights) }
    guard layouts.count > 1 else { return contestants }
    for _ in 1..<Self.measurementCount where ContinuousClock.now - start < Self.longestMeasurement {
      contestants = try measureAgain(contestants)
    }
    return contestants
  }

  private func measureAgain(_ contestants: [Contestant]) throws -> [Contestant] {
    try contestants.map { contestant in
      let costs = try measure(contestant.lanes, with: contestant.weights).costs
      return Contestant(
        lanes: contestant.lanes, weights: contestant.weights, costs: contestant.costs.merged(with: costs))
    }
  }

  private func fastest(of group: [Contestant]) -> Contestant {
    group.dropFirst().reduce(group[0]) { score($1) > score($0) ? $1 : $0 }
  }

  private func measure(_ lanes: LaneTeams, with weights: PairWeights) throws -> Contestant {
    let timer = CostTimer(
      target: weights.target, draft: weights.draft, verifies: mode != .autoregressive, cacheType: cacheType)
    return Contestant(lanes: lanes, weights: weights, costs: try timer.costs(on: lanes))
  }

  private func score(_ contestant: Contestant) -> Double {
    // What handing over between lanes takes is in no pass's time.
    contestant.costs.score(in: mode) * share(of: contestant.lanes.plan)
      * (contestant.lanes.plan.hasDraftLane ? Self.laneShare : 1)
  }

  /// Typical passes are those that no quota interrupts.
  private func share(of plan: ThreadPlan) -> Double { topology.budget.share(ofBusyThreads: plan.busyCount) }

  private func rate(_ contestant: Contestant) -> String { rate(contestant.costs, on: contestant.lanes.plan) }

  private func rate(_ costs: MeasuredCosts, on plan: ThreadPlan) -> String {
    let speed = costs.tokensPerSecond(in: mode) * share(of: plan)
    let rate = "\(Int(speed.rounded())) tokens/s"
    return mode == .autoregressive
      ? rate : "\(rate) if \(Int(MeasuredCosts.typicalAcceptance * 100)) % are accepted"
  }
}
