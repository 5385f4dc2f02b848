import Inference
import KernelDispatch
import Platform
import TensorTypes

/// Times passes of a pair on some layout: T(m) and T_d, each alone, and each beside the other where the layout has a
/// lane for both.
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
      target: targetTimer, draft: draftTimer, verifies: verifies, lane: lanes.draftLane())
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
  /// Fewer are measured when passes are long.
  private static let longest = Duration.seconds(2)
  private static let roundCount = 7

  private let target: PassTimer
  private let draft: PassTimer?
  private let verifies: Bool
  private let lane: LaneThread?
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
    if let lane { measureTogether(draft, on: lane) }
  }

  /// In rounds over all numbers of rows: what disturbs the machine for a while disturbs all of them alike.
  private func measureTarget() {
    let start = ContinuousClock.now
    let rowCounts = !verifies ? [1] : Self.rowCounts.filter { $0 <= target.mostRows }
    var seconds: [Int: [Double]] = [:]
    target.warmUp()
    for _ in 0..<Self.roundCount {
      for rows in [1, rowCounts.last!] + rowCounts.dropFirst().dropLast() {
        if !seconds.isEmpty && ContinuousClock.now - start > Self.longest { break }
        target.rowCount = rows
        seconds[rows, default: []].append(target.time())
      }
    }
    costs.passSeconds = seconds.mapValues(median)
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

/// Passes of one model, one after the other, each timed.
private final class PassTimer: Job {
  /// Tokens in the cache before each pass.
  private static let context = 8
  static let contextLength = 64
  private static let mostPasses = 7
  private static let longest = Duration.milliseconds(80)
  /// For passes beside another model's.
  private static let mostTimes = 4096

  private let model: TransformerModel
  private var seconds: [Double] = []
  var rowCount = 1
  /// Nil: a few passes; else passes until it is set.
  var end: CancellationFlag?

  init(_ model: TransformerModel) {
    self.model = model
    seconds.reserveCapacity(Self.mostTimes)
  }

  var mostRows: Int { model.contextLength - Self.context }

  var typicalSeconds: Double { median(seconds) }

  func run() {
    warmUp()
    seconds.removeAll(keepingCapacity: true)
    let start = ContinuousClock.now
    repeat {
      let time = time()
      if seconds.count < Self.mostTimes { seconds.append(time) }
    } while !isDone(after: ContinuousClock.now - start)
  }

  private func isDone(after time: Duration) -> Bool {
    if let end { return end.isCancelled }
    return seconds.count >= Self.mostPasses || (time > Self.longest && seconds.count >= 2)
  }

  /// The tokens before each pass, and a first one.
  func warmUp() {
    model.rollBack(to: 0)
    forward(rowCount: min(Self.context, model.contextLength))
    _ = time()
  }

  /// Seconds of one pass.
  func time() -> Double {
    let start = ContinuousClock.now
    model.rollBack(to: min(Self.context, model.contextLength - rowCount))
    forward(rowCount: rowCount)
    return (ContinuousClock.now - start) / .seconds(1)
  }

  private func forward(rowCount: Int) {
    [TokenID](repeating: 0, count: rowCount).withUnsafeBufferPointer {
      model.forward($0, logitRowCount: $0.count)
    }
  }
}
