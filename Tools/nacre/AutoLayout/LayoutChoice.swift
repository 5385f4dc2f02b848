import CoreLayouts
import Platform
import Topology

/// The layout of `--layout auto`: the fastest of the sensible ones, measured with the models themselves.
struct LayoutChoice {
  /// One layout's threads, and how fast they are expected to write.
  private struct Contestant {
    let lanes: LaneTeams
    let tokensPerSecond: Double
  }

  /// Another layout than the preferred one must be this much faster: less may be noise.
  private static let leastGain = 1.03

  let timer: RoundTimer
  let topology: MachineTopology
  let isElastic: Bool
  /// Nil: measured anew, and forgotten.
  let cache: LayoutCache?
  /// What the measurement holds for, the machine excepted.
  let key: String

  /// - Parameter preferred: The threads with which the weights were loaded: beside their memory.
  /// - Returns: Those threads or better ones, and how they were found; nil where there is nothing to choose.
  func lanes(preferred: LaneTeams) throws -> (lanes: LaneTeams, reason: String)? {
    let candidates = candidates(besides: preferred)
    guard !candidates.isEmpty else { return nil }
    let key = "\(topology.machineIdentity) \(key)"
    if let known = cache?[key], let lanes = remembered(known, preferred, candidates) {
      return (lanes, "\(rate(known.tokensPerSecond)), measured before")
    }
    var best = try measure(preferred)
    var others: [String] = []
    for plan in candidates {
      let contestant = try measure(
        LaneTeams(plan, placement: preferred.placement.moved(to: plan, on: topology), isElastic: isElastic))
      let isBetter = contestant.tokensPerSecond > best.tokensPerSecond * Self.leastGain
      let loser = isBetter ? best : contestant
      others.append("\(loser.lanes.plan.layoutText) \(rate(loser.tokensPerSecond))")
      if isBetter { best = contestant }
    }
    cache?.remember(
      .init(layout: best.lanes.plan.layoutText, tokensPerSecond: best.tokensPerSecond), for: key)
    return (
      best.lanes, "\(rate(best.tokensPerSecond)), measured; \(others.joined(separator: ", "))"
    )
  }

  /// Sensible plans whose memory is where the preferred one's is: the weights stay where they are.
  private func candidates(besides preferred: LaneTeams) -> [ThreadPlan] {
    topology.sensibleLayouts(for: timer.mode.use).map { ThreadPlan($0.layout) }.filter { plan in
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
    let tokens = ExpectedTokens.perRound(
      timer.mode, draftLength: timer.draftLength, acceptance: ExpectedTokens.typicalAcceptance)
    return Contestant(lanes: lanes, tokensPerSecond: tokens / (try timer.seconds(on: lanes)))
  }

  private func rate(_ tokensPerSecond: Double) -> String {
    let acceptance = Int(ExpectedTokens.typicalAcceptance * 100)
    return timer.mode == .ar
      ? "\(Int(tokensPerSecond.rounded())) tokens/s"
      : "\(Int(tokensPerSecond.rounded())) tokens/s if \(acceptance) % are accepted"
  }
}
