import Decoding
import Inference
import Platform
import Sampling
import TensorTypes
import TestSupport
import Testing

@Suite("Weights that are not numbers")
struct NonFiniteWeightsTests {
  /// NaN, ∞ and −∞ as floats, ∞ as halves, the largest float; as blocks, what they happen to be.
  static let fills: [[UInt8]] = [
    [0xff], [0, 0, 0x80, 0x7f], [0, 0, 0x80, 0xff], [0, 0x7c], [0xff, 0xff, 0x7f, 0x7f],
  ]

  static let places = [
    "token_embd", "output", "output_norm", "blk.1.attn_k", "blk.0.ffn_down",
  ]

  private func damaged(_ type: ElementType, place: String, fill: [UInt8], isWhole: Bool) -> ModelParts {
    var model = RandomModel()
    (model.type, model.contextLength) = (type, 64)
    var parts = ModelParts(model)
    parts.change("\(place).weight") { tensor in
      // Part of a tensor: only some rows or elements are damaged.
      let count = isWhole ? tensor.bytes.count : tensor.bytes.count / 3
      for index in 0..<count { tensor.bytes[index] = fill[index % fill.count] }
    }
    return parts
  }

  private func decode(
    _ mode: DecodingMode, _ target: TransformerModel, _ draft: TransformerModel,
    verification: VerificationMethod = .coupled, temperature: Float
  ) throws -> [TokenID] {
    let scheduler = try Scheduler(
      target: target, draft: draft, mode: mode, verification: verification,
      sampling: .init(temperature: temperature, topK: 20, topP: 0.9, repetitionPenalty: 1.1, seed: 3),
      lane: nil)
    var tokens: [TokenID] = []
    let result = try scheduler.generate(after: [1, 2, 3], limits: .init(maximumTokenCount: 8)) {
      tokens.append($0.id)
      return .continue
    }
    #expect(result.stopReason == .maximumTokenCount)
    #expect(tokens.count == 8)
    #expect(tokens.allSatisfy { (0..<70).contains($0) })
    return tokens
  }

  @Test(
    "decode to the end, and to the same text in every mode", arguments: places, [ElementType.f32, .q8_0])
  func decodes(place: String, type: ElementType) throws {
    let directory = try TemporaryDirectory()
    let healthyPath = try damaged(type, place: place, fill: [0], isWhole: false).write(to: directory, "0")
      .string
    let healthy = try loadModel(healthyPath)
    for (fill, isWhole) in [(Self.fills[0], false)] + Self.fills.map({ ($0, true) }) {
      let path = try damaged(type, place: place, fill: fill, isWhole: isWhole).write(to: directory, "1")
        .string
      let (target, draft) = (try loadModel(path), try loadModel(path))
      for temperature in [0, 0.8] as [Float] {
        let text = { (mode: DecodingMode, target: TransformerModel, draft: TransformerModel) in
          try decode(mode, target, draft, temperature: temperature)
        }
        let alone = try text(.autoregressive, target, healthy)
        #expect(try text(.lockstepPEARL(draftLength: 3), target, healthy) == alone)
        #expect(try text(.speculative(draftLength: 2), target, draft) == alone)
        let healthyAlone = try text(.autoregressive, healthy, draft)
        #expect(try text(.lockstepPEARL(draftLength: 2), healthy, draft) == healthyAlone)
        for other in [draft, healthy] {
          _ = try decode(
            .lockstepPEARL(draftLength: 3), target, other, verification: .rejection, temperature: temperature)
        }
      }
    }
  }
}
