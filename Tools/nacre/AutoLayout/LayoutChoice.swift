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
  let cache: CacheFile<[LayoutCosts]>?
  /// What the measurement holds for, the machine excepted.
  let key: String
  /// α of the pair, as far as it is known.
  let acceptance: Double?

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
    if let known = known(key, of: [preferred] + candidates) {
      let best = known[score.best(of: known)]
      return Contestant(
        lanes: best.lanes, weights: try means.shared ?? means.load(best.lanes), costs: best.costs,
        reason: candidates.isEmpty ? nil : "\(score.rate(best.costs, on: best.lanes.plan)), measured before")
    }
    let near = candidates.prefix { $0.hasSameMemory(as: preferred) }
    let group = try measureSurely([preferred] + near, with: means.shared ?? means.load(preferred))
    var measured = group.map { ($0.lanes, $0.costs) }
    var best = fastest(of: group)
    var (tried, omitted) = (best, [String]())
    for lanes in candidates.dropFirst(near.count) {
      let isNear = lanes.hasSameMemory(as: tried.lanes)
      if !isNear && !means.hasRoomForAnother() {
        omitted.append("\(lanes.plan.layoutText) not measured, no room for the weights a second time")
        continue
      }
      tried = try measure(lanes, with: isNear ? tried.weights : means.load(lanes))
      measured.append((lanes, tried.costs))
      if score.isBetter((lanes, tried.costs), than: (best.lanes, best.costs)) { best = tried }
    }
    cache?.remember(measured.map { LayoutCosts(layout: $0.0.plan.layoutText, costs: $0.1) }, for: key)
    let others =
      measured.filter { $0.0 !== best.lanes }
      .map { "\($0.0.plan.layoutText) \(score.rate($0.1, on: $0.0.plan))" } + omitted
    if !others.isEmpty {
      let rate = score.rate(best.costs, on: best.lanes.plan)
      best.reason = "\(rate), measured; \(others.joined(separator: ", "))"
    }
    return best
  }

  private var score: LayoutScore { LayoutScore(mode: mode, budget: topology.budget, acceptance: acceptance) }

  /// What is remembered of layouts; nil without the first one.
  private func known(_ key: String, of layouts: [LaneTeams]) -> [LayoutScore.Measured]? {
    let costs = Dictionary((cache?[key] ?? []).map { ($0.layout, $0.costs) }) { first, _ in first }
    let known = layouts.compactMap { lanes in costs[lanes.plan.layoutText].map { (lanes, $0) } }
    return known.first?.0 === layouts[0] ? known : nil
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

  /// Measured several times; once more before anything but the first is taken: it may have been a bad moment.
  private func measureSurely(_ layouts: [LaneTeams], with weights: PairWeights) throws -> [Contestant] {
    let group = try measure(layouts, with: weights)
    return fastest(of: group).lanes === layouts[0] ? group : try measureAgain(group)
  }

  private func fastest(of group: [Contestant]) -> Contestant {
    group[score.best(of: group.map { ($0.lanes, $0.costs) })]
  }

  private func measure(_ lanes: LaneTeams, with weights: PairWeights) throws -> Contestant {
    let timer = CostTimer(
      target: weights.target, draft: weights.draft, verifies: mode != .autoregressive, cacheType: cacheType)
    return Contestant(lanes: lanes, weights: weights, costs: try timer.costs(on: lanes))
  }
}
