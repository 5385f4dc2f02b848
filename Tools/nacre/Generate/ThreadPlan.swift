import CoreLayouts
import Platform
import Topology

/// Which CPUs the two models get, and whether they can run at the same time.
struct ThreadPlan: Equatable {
  /// One entry per thread of the target; the first is the scheduler's own thread.
  let targetCPUs: [Int]
  /// One entry per thread of the draft; empty without a draft.
  let draftCPUs: [Int]
  /// Whether the draft has a lane of its own beside the target's.
  let hasDraftLane: Bool
  /// Whether a thread more is busy at one time than the quota, rounded up, pays for, or both lanes share one CPU.
  let isOversubscribed: Bool
  /// Threads that were asked for and are not started: each would share a CPU with another, which makes both slower.
  let omittedThreadCount: Int

  /// The threads of a layout, which was held against the mask and the quota before.
  init(_ layout: CoreLayout) {
    targetCPUs = layout.target.numbers
    draftCPUs = layout.draft.numbers
    hasDraftLane = layout.arrangement == .apart
    isOversubscribed = false
    omittedThreadCount = 0
  }

  /// The first CPUs of the budget, as many as are asked for; no CPU twice, but for the two lanes on an only CPU.
  /// - Parameters:
  ///   - targetThreads: As asked for; nil: as many as the budget keeps busy, or those that a draft lane leaves.
  ///   - draftThreads: As asked for; nil: 1 on a lane of its own, else the target's.
  init(mode: ModeName, budget: CPUBudget, targetThreads: Int?, draftThreads: Int?) {
    let cpus = budget.allowedCPUs.isEmpty ? [0] : budget.allowedCPUs
    let count = budget.cpuCount
    let most = cpus.count
    let take = { (first: Int, number: Int) in (0..<number).map { cpus[(first + $0) % cpus.count] } }
    let needsOneThread = (targetThreads ?? 1, draftThreads ?? 1) == (1, 1)
    let takesTurns = count == 1 && needsOneThread && (targetThreads == nil || draftThreads == nil)
    switch mode {
    case .ar:
      targetCPUs = take(0, min(targetThreads ?? count, most))
      draftCPUs = []
      hasDraftLane = false
    case .sd:
      let number = min(targetThreads ?? count, most)
      targetCPUs = take(0, number)
      draftCPUs = take(0, min(draftThreads ?? number, most))
      hasDraftLane = false
    case .pearl where takesTurns, .auto where takesTurns:
      // One CPU: the lanes take turns on one thread, which gives the same text without a switch of threads.
      // Two lanes are still to be had there: by asking for the threads of both.
      targetCPUs = take(0, 1)
      draftCPUs = take(0, 1)
      hasDraftLane = false
    case .pearl, .auto:
      let targetNumber = min(targetThreads ?? max(1, count - (draftThreads ?? 1)), max(1, most - 1))
      let draftNumber = min(draftThreads ?? 1, max(1, most - targetNumber))
      targetCPUs = take(0, targetNumber)
      draftCPUs = take(targetNumber, draftNumber)
      hasDraftLane = true
    }
    omittedThreadCount =
      max(0, (targetThreads ?? 0) - targetCPUs.count)
      + (mode == .ar ? 0 : max(0, (draftThreads ?? 0) - draftCPUs.count))
    isOversubscribed = Self.busyCount(targetCPUs, draftCPUs, hasDraftLane) > budget.threadLimit
  }

  /// Number of threads that are busy at one time.
  var busyCount: Int { Self.busyCount(targetCPUs, draftCPUs, hasDraftLane) }

  private static func busyCount(_ target: [Int], _ draft: [Int], _ areApart: Bool) -> Int {
    areApart ? target.count + draft.count : max(target.count, draft.count)
  }

  /// Waiting threads spin long where there is time for every thread, and never on a CPU that another needs. Where the
  /// quota pays for the last thread in part, long and brief spinning measure the same.
  var spin: SpinBudget {
    if !isOversubscribed { return .short }
    return hasDraftLane && !Set(targetCPUs).isDisjoint(with: draftCPUs) ? .none : .brief
  }

  /// The CPUs as a layout is written, such as `target=0-6,draft=7`.
  var layoutText: String {
    let (target, draft) = (CPUSet(targetCPUs), CPUSet(draftCPUs))
    if draft.isEmpty { return "target=\(target)" }
    return target == draft ? "shared=\(target)" : "target=\(target),draft=\(draft)"
  }
}

extension ModeName {
  /// When the models compute in this mode.
  var use: LayoutUse {
    switch self {
    case .ar: .targetAlone
    case .sd: .inTurn
    case .pearl, .auto: .together
    }
  }
}
