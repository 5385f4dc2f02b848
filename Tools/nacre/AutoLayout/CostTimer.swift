import Inference
import KernelDispatch
import Platform

/// Times passes of a pair on some layout: T(1) and T_d, each alone, T(m) and a chain's first token, each after a pass of the
/// other, as they come when drafting, and both beside each other where the layout has a lane for both. A model alone is
/// helped by the other lane's threads, where they are lent.
struct CostTimer {
  let target: ModelWeights
  /// Nil in the mode without one.
  let draft: ModelWeights?
  /// Whether there are passes of several rows.
  let verifies: Bool
  let cacheType: CacheType

  /// Not on the calling thread, which keeps its CPUs.
  func costs(on lanes: LaneTeams) throws(ModelError) -> MeasuredCosts {
    let model = { (weights: ModelWeights, team: ThreadTeam) throws(ModelError) in
      try TransformerModel(
        weights, team: team,
        contextLength: min(PassTimer.contextLength, weights.configuration.trainedContextLength),
        cacheType: cacheType)
    }
    let targetTimer = PassTimer(try model(target, lanes.target))
    var draftTimer: PassTimer?
    if let draft { draftTimer = PassTimer(try model(draft, lanes.draft)) }
    let measurement = CostMeasurement(
      target: targetTimer, draft: draftTimer, verifies: verifies, lane: lanes.draftLane)
    let leader = LaneThread(name: "measure", cpu: lanes.plan.targetCPUs[0], spin: lanes.plan.spin)
    leader.start(measurement)
    leader.wait()
    return measurement.costs
  }
}

/// All measurements of a pair, as a job of the target's first thread.
private final class CostMeasurement: Job {
  /// Numbers of rows that are measured; the times of others lie on straight lines between them.
  private static let rowCounts = [1, 2, 3, 4, 6, 8, 12, 16]
  /// Fewer are measured when passes are long: layouts to choose from are rather measured again in turn.
  private static let longest = Duration.seconds(1)
  private static let roundCount = 7

  private let target: PassTimer
  private let draft: PassTimer?
  private let verifies: Bool
  private let lane: LaneThread?
  private var firstDrafts: [Double] = []
  private(set) var costs = MeasuredCosts(passSeconds: [:])

  init(target: PassTimer, draft: PassTimer?, verifies: Bool, lane: LaneThread?) {
    (self.target, self.draft, self.verifies, self.lane) = (target, draft, verifies, lane)
  }

  func run() {
    measureTarget()
    guard let draft else { return }
    if let lane {
      lane.start(draft)
      lane.wait()
    } else {
      draft.run()
    }
    costs.draftSeconds = draft.typicalSeconds
    if !firstDrafts.isEmpty { costs.firstDraftSeconds = median(firstDrafts) }
    if let lane { measureTogether(draft, on: lane) }
  }

  /// In rounds over all numbers of rows: what disturbs the machine for a while disturbs all of them alike.
  private func measureTarget() {
    let start = ContinuousClock.now
    let rowCounts = !verifies ? [1] : Self.rowCounts.filter { $0 <= target.mostRows }
    var seconds: [Int: [Double]] = [:]
    target.warmUp()
    draft?.warmUp()
    for _ in 0..<Self.roundCount {
      for rows in [1, rowCounts.last!] + rowCounts.dropFirst().dropLast() {
        if !seconds.isEmpty && ContinuousClock.now - start > Self.longest { break }
        if rows > 1 { draftFirstToken() }
        target.rowCount = rows
        seconds[rows, default: []].append(target.time())
      }
    }
    costs.passSeconds = seconds.mapValues(median)
  }

  /// A pass over the target's last token and one that both know, with what it takes to hand it over to the draft's lane.
  private func draftFirstToken() {
    guard let draft else { return }
    draft.rowCount = 2
    let start = ContinuousClock.now
    if let lane {
      lane.start(OnePass(draft))
      lane.wait()
    } else {
      _ = draft.time()
    }
    firstDrafts.append((ContinuousClock.now - start) / .seconds(1))
    draft.rowCount = 1
  }

  /// Both lanes compute without a pause; what each takes longer than alone is its slowdown.
  private func measureTogether(_ draft: PassTimer, on lane: LaneThread) {
    guard let draftAlone = costs.draftSeconds, let narrow = costs.passSeconds[1] else { return }
    let wideRowCount = costs.passSeconds[8] == nil ? costs.passSeconds.keys.max()! : 8
    let isDone = CancellationFlag()
    draft.end = isDone
    lane.start(draft)
    target.rowCount = 1
    target.run()
    let narrowBeside = target.typicalSeconds
    target.rowCount = wideRowCount
    target.run()
    isDone.cancel()
    lane.wait()
    costs.slowdown = .init(
      target: max(1, narrowBeside / narrow),
      wideTarget: max(1, target.typicalSeconds / costs.passSeconds[wideRowCount]!),
      draft: max(1, draft.typicalSeconds / draftAlone))
  }
}
