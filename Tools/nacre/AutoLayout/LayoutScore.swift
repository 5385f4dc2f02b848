import Decoding
import Platform
import Topology

/// How fast a mode will be on a layout, by what passes cost there: what layouts are compared by.
struct LayoutScore {
  /// A layout for which the weights move must be this much faster: less may be noise.
  private static let leastGain = 1.03
  /// What is left of the promise of a layout whose lanes wait for each other, whose slowdowns are measured less surely
  /// than times are, and on which the target alone, to fall back on, has fewer threads of its own.
  private static let laneShare = 0.88

  let mode: DecodingMode
  let budget: CPUBudget
  /// α of the pair; nil: not known.
  let acceptance: Double?

  /// Threads, and what passes cost there.
  typealias Measured = (lanes: LaneTeams, costs: MeasuredCosts)

  /// Whether a layout is chosen instead of another one.
  func isBetter(_ layout: Measured, than best: Measured) -> Bool {
    let leastGain = layout.lanes.hasSameMemory(as: best.lanes) ? 1 : Self.leastGain
    return score(layout) > score(best) * leastGain
  }

  /// The best of some layouts; the first, if others are no better.
  func best(of layouts: [Measured]) -> Int {
    layouts.indices.dropFirst().reduce(0) { isBetter(layouts[$1], than: layouts[$0]) ? $1 : $0 }
  }

  private func score(_ layout: Measured) -> Double {
    let plan = layout.lanes.plan
    // What handing over between lanes takes is in no pass's time.
    return layout.costs.score(in: mode, acceptance: acceptance) * share(of: plan)
      * (plan.hasDraftLane ? Self.laneShare : 1)
  }

  /// Typical passes are those that no quota interrupts.
  private func share(of plan: ThreadPlan) -> Double { budget.share(ofBusyThreads: plan.busyCount) }

  /// For people.
  func rate(_ costs: MeasuredCosts, on plan: ThreadPlan) -> String {
    let accepted = acceptance ?? MeasuredCosts.typicalAcceptance
    let speed = costs.tokensPerSecond(in: mode, acceptance: accepted) * share(of: plan)
    let rate = "\(Int(speed.rounded())) tokens/s"
    if mode == .autoregressive { return rate }
    let percentage = "\(Int((accepted * 100).rounded())) % are accepted"
    return "\(rate) if \(percentage)\(acceptance == nil ? "" : " as lately")"
  }
}
