import CoreLayouts
import Platform
import Topology

/// The layout of `--layout auto`: the fastest of the sensible ones, measured with the models themselves; and what passes
/// cost there, or on the layout that was asked for.
struct LayoutChoice {
  /// One layout's threads, and what passes cost with them.
  struct Contestant {
    let lanes: LaneTeams
    let costs: MeasuredCosts
    /// How it was found; nil where there was nothing to choose.
    var reason: String?
  }

  /// Another layout than the preferred one must be this much faster: less may be noise.
  private static let leastGain = 1.03
  /// What is left of the promise of a layout whose lanes wait for each other.
  private static let laneShare = 0.95

  let timer: CostTimer
  let mode: ModeName
  /// Nil: the mode chooses lengths.
  let draftLength: Int?
  let topology: MachineTopology
  let isElastic: Bool
  /// Whether there is a choice: no layout was asked for.
  let isFree: Bool
  /// Nil: measured anew, and forgotten.
  let cache: LayoutCache?
  /// What the measurement holds for, the machine excepted.
  let key: String

  /// - Parameter preferred: The threads with which the weights were loaded: beside their memory.
  /// - Returns: Those threads or better ones.
  func best(preferred: LaneTeams) throws -> Contestant {
    let candidates = isFree ? candidates(besides: preferred) : []
    let key = "\(topology.machineIdentity) \(isFree ? "auto" : preferred.plan.layoutText) \(key)"
    if let known = cache?[key], let lanes = remembered(known, preferred, candidates) {
      return Contestant(
        lanes: lanes, costs: known.costs,
        reason: candidates.isEmpty ? nil : "\(rate(known.costs)), measured before")
    }
    var best = try measure(preferred)
    var others: [String] = []
    for plan in candidates {
      let contestant = try measure(
        LaneTeams(plan, placement: preferred.placement.moved(to: plan, on: topology), isElastic: isElastic))
      let isBetter = score(contestant) > score(best) * Self.leastGain
      let loser = isBetter ? best : contestant
      others.append("\(loser.lanes.plan.layoutText) \(rate(loser.costs))")
      if isBetter { best = contestant }
    }
    cache?.remember(.init(layout: best.lanes.plan.layoutText, costs: best.costs), for: key)
    if !others.isEmpty { best.reason = "\(rate(best.costs)), measured; \(others.joined(separator: ", "))" }
    return best
  }

  /// Sensible plans whose memory is where the preferred one's is: the weights stay where they are.
  private func candidates(besides preferred: LaneTeams) -> [ThreadPlan] {
    topology.sensibleLayouts(for: mode.use).map { ThreadPlan($0.layout) }.filter { plan in
      let placement = preferred.placement.moved(to: plan, on: topology)
      return plan != preferred.plan && placement.target.memory == preferred.placement.target.memory
        && placement.draft.memory == preferred.placement.draft.memory
    }
  }

  private func remembered(
    _ entry: LayoutCache.Entry, _ preferred: LaneTeams, _ candidates: [ThreadPlan]
  ) -> LaneTeams? {
    if preferred.plan.layoutText == entry.layout { return preferred }
    return candidates.first { $0.layoutText == entry.layout }.map {
      LaneTeams($0, placement: preferred.placement.moved(to: $0, on: topology), isElastic: isElastic)
    }
  }

  private func measure(_ lanes: LaneTeams) throws -> Contestant {
    Contestant(lanes: lanes, costs: try timer.costs(on: lanes))
  }

  private func score(_ contestant: Contestant) -> Double {
    // What handing over between lanes takes is in no pass's time.
    contestant.costs.score(in: mode, draftLength: draftLength)
      * (mode == .auto && contestant.lanes.plan.hasDraftLane ? Self.laneShare : 1)
  }

  private func rate(_ costs: MeasuredCosts) -> String {
    let speed = costs.tokensPerSecond(in: mode, draftLength: draftLength)
    let rate = "\(Int(speed.rounded())) tokens/s"
    return mode == .ar
      ? rate : "\(rate) if \(Int(MeasuredCosts.typicalAcceptance * 100)) % are accepted"
  }
}
