import Inference
import KernelDispatch
import Platform
import TensorTypes

/// Times rounds of a mode on some layout: draft passes and one target pass, side by side or in turn as the layout has
/// it, so that what the two cost each other is in the result.
struct RoundTimer {
  let target: ModelWeights
  /// Nil in the mode without one.
  let draft: ModelWeights?
  let mode: ModeName
  let draftLength: Int
  let cacheType: CacheType

  /// Seconds of one round: the median of a few. Not on the calling thread, which keeps its CPUs.
  func seconds(on lanes: LaneTeams) throws(ModelError) -> Double {
    let contextLength = Round.context + draftLength + 1
    let model = { (weights: ModelWeights, team: ThreadTeam) throws(ModelError) in
      try TransformerModel(
        weights, team: team,
        contextLength: min(contextLength, weights.configuration.trainedContextLength), cacheType: cacheType)
    }
    let targetModel = try model(target, lanes.target)
    var draftModel: TransformerModel?
    if let draft { draftModel = try model(draft, lanes.draft) }
    let round = Round(
      target: targetModel, draft: draftModel, rowCount: mode == .sd ? draftLength + 1 : draftLength,
      draftLength: draftLength, lane: lanes.draftLane())
    let leader = LaneThread(name: "measure", cpu: lanes.plan.targetCPUs[0], spin: lanes.plan.spin)
    leader.start(round)
    leader.wait()
    return round.typicalSeconds
  }
}

/// A few rounds, one after the other, each timed.
private final class Round: Job {
  /// Tokens in the caches before each round.
  static let context = 8
  private static let leastRounds = 3
  private static let mostRounds = 9
  private static let longest = Duration.milliseconds(250)

  private let target: TransformerModel
  private let drafting: DraftPasses?
  private let rowCount: Int
  private let lane: LaneThread?
  private var seconds: [Double] = []

  init(
    target: TransformerModel, draft: TransformerModel?, rowCount: Int, draftLength: Int, lane: LaneThread?
  ) {
    self.target = target
    drafting = draft.map { DraftPasses($0, count: draftLength) }
    self.rowCount = draft == nil ? 1 : rowCount
    self.lane = lane
  }

  var typicalSeconds: Double { median(seconds) }

  func run() {
    for model in [target, drafting?.model].compactMap(\.self) { forward(model, rowCount: Self.context) }
    let start = ContinuousClock.now
    // The first one only warms up.
    time()
    seconds.removeAll()
    repeat {
      time()
    } while seconds.count < Self.leastRounds
      || (seconds.count < Self.mostRounds && ContinuousClock.now - start < Self.longest)
  }

  private func time() {
    target.rollBack(to: Self.context)
    drafting?.model.rollBack(to: Self.context)
    let start = ContinuousClock.now
    if let drafting, let lane {
      lane.start(drafting)
      forward(target, rowCount: rowCount)
      lane.wait()
    } else {
      drafting?.run()
      forward(target, rowCount: rowCount)
    }
    seconds.append((ContinuousClock.now - start) / .seconds(1))
  }
}

/// The draft's passes of one round.
private final class DraftPasses: Job {
  let model: TransformerModel
  private let count: Int

  init(_ model: TransformerModel, count: Int) {
    self.model = model
    self.count = count
  }

  func run() { for _ in 0..<count { forward(model, rowCount: 1) } }
}

private func forward(_ model: TransformerModel, rowCount: Int) {
  [TokenID](repeating: 0, count: rowCount).withUnsafeBufferPointer {
    model.forward($0, logitRowCount: rowCount)
  }
}
