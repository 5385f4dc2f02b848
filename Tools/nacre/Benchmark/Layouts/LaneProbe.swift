import Decoding
import Inference
import Platform
import TensorTypes

/// Times one-token passes of a pair's models, alone and beside each other.
final class LaneProbe {
  private let pair: ModelPair
  private let target: PassLoop
  private let draft: PassLoop?
  private let lane: LaneThread?

  /// - Parameter pair: In a mode that has a draft, if the layout has one.
  init(_ pair: ModelPair) throws {
    self.pair = pair
    let models = try pair.models(positionCount: PassLoop.context + 1)
    target = PassLoop(models.target)
    draft = models.draft.map { PassLoop($0) }
    lane = pair.draftLane()
  }

  func measure() -> LaneCosts {
    pair.pinLeader()
    let bandwidth = pair.readBandwidth()
    let targetPass = target.measure()
    var draftPass: Double?
    var together: (target: Double, draft: Double)?
    if let draft {
      guard let lane else {
        draftPass = draft.measure()
        return costs(targetPass, bandwidth, draftPass, nil)
      }
      draft.limit = .passes(PassLoop.leastPasses)
      lane.start(draft)
      lane.wait()
      draftPass = draft.typicalSeconds
      draft.limit = .cancelled(CancellationFlag())
      lane.start(draft)
      let slowTarget = target.measure()
      draft.cancel()
      lane.wait()
      together = (slowTarget, draft.typicalSeconds)
    }
    return costs(targetPass, bandwidth, draftPass, together)
  }

  private func costs(
    _ targetPass: Double, _ bandwidth: Double, _ draftPass: Double?,
    _ together: (target: Double, draft: Double)?
  ) -> LaneCosts {
    LaneCosts(
      targetPass: targetPass,
      bandwidthShare: Double(target.model.weights.bytesPerPass) / targetPass / bandwidth,
      draftPass: draftPass, targetSlowdown: together.map { $0.target / targetPass - 1 },
      draftSlowdown: together.flatMap { pass in draftPass.map { pass.draft / $0 - 1 } })
  }
}

/// One-token passes of a model, one after the other, each timed.
private final class PassLoop: Job {
  enum Limit {
    case passes(Int)
    case cancelled(CancellationFlag)
  }

  /// Tokens in the cache before each pass.
  static let context = 16
  static let leastPasses = 40
  private static let longest = Duration.milliseconds(1500)

  let model: TransformerModel
  /// Set while nobody runs the loop.
  var limit = Limit.passes(leastPasses)
  private var seconds: [Double] = []

  init(_ model: TransformerModel) {
    self.model = model
    // Recording must not allocate while the other model is timed.
    seconds.reserveCapacity(1 << 16)
  }

  /// Of the passes of the last run.
  var typicalSeconds: Double { median(seconds) }

  /// Runs some passes on this thread.
  func measure() -> Double {
    limit = .passes(Self.leastPasses)
    run()
    return typicalSeconds
  }

  func cancel() {
    if case .cancelled(let flag) = limit { flag.cancel() }
  }

  func run() {
    model.rollBack(to: 0)
    forward([TokenID](repeating: 0, count: Self.context))
    pass()
    seconds.removeAll(keepingCapacity: true)
    let start = ContinuousClock.now
    repeat {
      let passStart = ContinuousClock.now
      pass()
      seconds.append((ContinuousClock.now - passStart) / .seconds(1))
    } while !isDone(after: ContinuousClock.now - start)
  }

  /// Long passes need not be many.
  private func isDone(after time: Duration) -> Bool {
    switch limit {
    case .passes(let count): seconds.count >= count || (time > Self.longest && seconds.count >= 5)
    case .cancelled(let flag): flag.isCancelled || seconds.count == seconds.capacity
    }
  }

  private func pass() {
    model.rollBack(to: Self.context)
    forward([0])
  }

  private func forward(_ tokens: [TokenID]) {
    tokens.withUnsafeBufferPointer { model.forward($0, logitRowCount: 1) }
  }
}
