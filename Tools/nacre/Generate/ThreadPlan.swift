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
  /// Whether more threads are busy at one time than there are CPUs to pay for them.
  let isOversubscribed: Bool

  /// The threads of a layout, which was held against the mask and the quota before.
  init(_ layout: CoreLayout) {
    targetCPUs = layout.target.numbers
    draftCPUs = layout.draft.numbers
    hasDraftLane = layout.arrangement == .apart
    isOversubscribed = false
  }

  /// The first CPUs of the budget, as many as are asked for.
  /// - Parameters:
  ///   - targetThreads: As asked for; nil: all CPUs, or those that a draft lane leaves.
  ///   - draftThreads: As asked for; nil: 1 on a lane of its own, else the target's.
  init(mode: ModeName, budget: CPUBudget, targetThreads: Int?, draftThreads: Int?) {
    let cpus = budget.allowedCPUs.isEmpty ? [0] : budget.allowedCPUs
    let count = budget.cpuCount
    let take = { (first: Int, number: Int) in (0..<number).map { cpus[(first + $0) % cpus.count] } }
    switch mode {
    case .ar:
      targetCPUs = take(0, targetThreads ?? count)
      draftCPUs = []
      hasDraftLane = false
    case .sd:
      let number = targetThreads ?? count
      targetCPUs = take(0, number)
      draftCPUs = take(0, draftThreads ?? number)
      hasDraftLane = false
    case .pearl
    where count == 1 && (targetThreads == nil || draftThreads == nil)
      && (targetThreads ?? 1, draftThreads ?? 1) == (1, 1):
      // One CPU: the lanes take turns on one thread, which gives the same text without a switch of threads.
      // Two lanes are still to be had there: by asking for the threads of both.
      targetCPUs = take(0, 1)
      draftCPUs = take(0, 1)
      hasDraftLane = false
    case .pearl:
      let draftNumber = draftThreads ?? 1
      let targetNumber = targetThreads ?? max(1, count - draftNumber)
      targetCPUs = take(0, targetNumber)
      draftCPUs = take(targetNumber, draftNumber)
      hasDraftLane = true
    }
    let busy = hasDraftLane ? targetCPUs.count + draftCPUs.count : max(targetCPUs.count, draftCPUs.count)
    isOversubscribed = busy > count
  }

  /// Waiting threads spin only where every thread has a CPU of its own.
  var spin: SpinBudget { isOversubscribed ? .none : .short }

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
    case .pearl: .together
    }
  }
}
