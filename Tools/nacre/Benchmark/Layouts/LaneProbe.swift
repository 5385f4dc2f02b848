import Decoding
import Inference
import Platform

/// Times one-token passes of a pair's models, alone and beside each other.
final class LaneProbe {
  /// Tokens in the cache before each pass.
  private static let context = 16

  private let pair: ModelPair
  private let target: PassLoop
  private let draft: PassLoop?
  private let lane: LaneThread?

  /// - Parameter pair: In a mode that has a draft, if the layout has one.
  init(_ pair: ModelPair) throws {
    self.pair = pair
    let models = try pair.models(positionCount: Self.context + 1)
    target = PassLoop(models.target, context: Self.context)
    draft = models.draft.map { PassLoop($0, context: Self.context) }
    lane = pair.lanes.draftLane
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
      draftPass = draft.measure(on: lane)
      together = target.measure(beside: draft, on: lane)
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
