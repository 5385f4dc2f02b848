import Decoding
import Inference
import Platform
import Sampling
import TensorTypes
import TestSupport
import Testing

@Suite("The default model pair", .serialized)
struct ModelPairTests {
  private func text(
    _ mode: DecodingMode, sampling: SamplingParameters, threadCount: Int = 1, lane: LaneThread? = nil
  ) throws -> (tokens: [TokenID], telemetry: DecodingTelemetry) {
    let scheduler = try Scheduler(
      target: try loadModel(PackagePaths.target, threadCount: threadCount, contextLength: 128),
      draft: try loadModel(PackagePaths.draft, contextLength: 128),
      mode: mode, sampling: sampling, lane: lane)
    var tokens: [TokenID] = []
    let result = try scheduler.generate(after: [1, 20, 33], limits: .init(maximumTokenCount: 48)) {
      tokens.append($0.id)
      return .continue
    }
    return (tokens, result.telemetry)
  }

  @Test("writes one text in every mode, with one thread or two, with a lane or without", arguments: [0, 0.8])
  func identical(temperature: Float) throws {
    let lane = LaneThread(name: "draft", cpu: nil)
    let sampling = try SamplingParameters(
      temperature: temperature, repetitionPenalty: 1.05, penaltyWindow: 32, seed: 2)
    let expected = try text(.autoregressive, sampling: sampling).tokens
    #expect(expected.count == 48)
    #expect(try text(.autoregressive, sampling: sampling, threadCount: 2).tokens == expected)
    for mode in allModes(draftLengths: [1, 3, 4, 8]).dropFirst() {
      let inline = try text(mode, sampling: sampling)
      #expect(inline.tokens == expected)
      #expect(inline.telemetry.acceptedCount > 0)
      #expect(try text(mode, sampling: sampling, threadCount: 2, lane: lane).tokens == expected)
    }
  }
}
