import Decoding
import Inference
import Platform
import Sampling
import TensorTypes
import TestSupport
import Testing

@Suite("Model pairs", .serialized)
struct ModelPairTests {
  private func text(
    _ mode: DecodingMode, target: String = PackagePaths.target, draft: String = PackagePaths.draft,
    sampling: SamplingParameters, threadCount: Int = 1, lane: LaneThread? = nil
  ) throws -> (tokens: [TokenID], telemetry: DecodingTelemetry) {
    let scheduler = try Scheduler(
      target: try loadModel(target, threadCount: threadCount, contextLength: 128),
      draft: try loadModel(draft, contextLength: 128),
      mode: mode, sampling: sampling, lane: lane)
    var tokens: [TokenID] = []
    let limits = GenerationLimits(maximumTokenCount: 48, ignoresEndTokens: true)
    let result = try scheduler.generate(after: [1, 20, 33], limits: limits) {
      tokens.append($0.id)
      return .continue
    }
    return (tokens, result.telemetry)
  }

  @Test(
    "a target of any family writes one text in every mode, with a draft of another family",
    arguments: ModelArchitecture.allCases)
  func families(architecture: ModelArchitecture) throws {
    let directory = try TemporaryDirectory()
    var model = RandomModel(architecture)
    // A tied output would repeat the last token for ever.
    (model.type, model.isTied) = (.q8_0, false)
    let target = try model.write(to: directory, "target.gguf").string
    var draftModel = RandomModel(architecture == .qwen3 ? .qwen2 : .qwen3)
    (draftModel.type, draftModel.layerCount, draftModel.isTied) = (.q8_0, 1, false)
    let draft = try draftModel.write(to: directory, "draft.gguf").string
    let sampling = try SamplingParameters(temperature: 0.8, seed: 3)
    let expected = try text(.autoregressive, target: target, draft: draft, sampling: sampling).tokens
    #expect(Set(expected).count > 10)
    let lane = LaneThread(name: "draft", cpu: nil)
    for mode in allModes(draftLengths: [3]).dropFirst() {
      for threadCount in [1, 2] {
        let found = try text(
          mode, target: target, draft: draft, sampling: sampling, threadCount: threadCount,
          lane: threadCount == 2 ? lane : nil)
        #expect(found.tokens == expected)
      }
    }
  }

  @Test(
    "the default pair writes one text in every mode, with one thread or two, with a lane or without",
    arguments: [0, 0.8])
  func identical(temperature: Float) throws {
    let lane = LaneThread(name: "draft", cpu: nil)
    let sampling = try SamplingParameters(
      temperature: temperature, repetitionPenalty: 1.05, penaltyWindow: 32, seed: 2)
    let expected = try text(.autoregressive, sampling: sampling).tokens
    #expect(expected.count == 48)
    #expect(try text(.autoregressive, sampling: sampling, threadCount: 2).tokens == expected)
    for mode in allModes(draftLengths: [1, 3, 4, 8]) where mode != .autoregressive {
      let inline = try text(mode, sampling: sampling)
      #expect(inline.tokens == expected)
      // The draft is no help with a target as small as this one, which `automatic` finds out.
      #expect(inline.telemetry.acceptedCount > 0 || mode == .automatic)
      #expect(try text(mode, sampling: sampling, threadCount: 2, lane: lane).tokens == expected)
    }
  }
}
