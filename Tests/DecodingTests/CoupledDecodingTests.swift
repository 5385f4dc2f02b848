import Decoding
import Platform
import Sampling
import TensorTypes
import Testing

@Suite("Coupled decoding gives the text of the target alone")
struct CoupledDecodingTests {
  static func samplings() throws -> [SamplingParameters] {
    [
      .greedy,
      try SamplingParameters(temperature: 0.8, topK: 0, topP: 1, minP: 0, seed: 5),
      try SamplingParameters(
        temperature: 0.8, topK: 6, topP: 0.9, minP: 0.02, repetitionPenalty: 1.2, frequencyPenalty: 0.1,
        presencePenalty: 0.3, penaltyWindow: 9, seed: 6),
      try SamplingParameters(temperature: 0, repetitionPenalty: 1.5, penaltyWindow: 16),
    ]
  }

  @Test("in every mode and draft length, with any draft, with a lane or without", arguments: allModes())
  func identical(mode: DecodingMode) throws {
    let lane = LaneThread(name: "draft", cpu: nil)
    for sampling in try Self.samplings() {
      for disagreement in [0, 0.1, 0.5, 1] {
        for index in 0..<3 {
          var harness = DecodingHarness(sampling: sampling)
          harness.draft.disagreement = disagreement
          let prompt = harness.target.prompt(index, count: 1 + 4 * index)
          let expected = harness.reference(prompt: prompt, count: 40)
          let inline = try harness.run(mode, prompt: prompt)
          #expect(inline.tokens == expected)
          #expect(inline.result.stopReason == .maximumTokenCount)
          harness.lane = lane
          let parallel = try harness.run(mode, prompt: prompt)
          #expect(parallel.tokens == expected)
          // Where lengths are fixed, even who made each token is the same.
          if fixedModes().contains(mode) { #expect(parallel.committed == inline.committed) }
        }
      }
    }
  }

  @Test("a draft that agrees is never rejected", arguments: allModes(draftLengths: [1, 2, 3, 8]))
  func perfectDraft(mode: DecodingMode) throws {
    for sampling in try Self.samplings() {
      var harness = DecodingHarness(sampling: sampling)
      harness.draft.disagreement = 0
      let telemetry = try harness.run(mode, prompt: [1, 2, 3]).result.telemetry
      #expect(telemetry.acceptedCount == telemetry.testedCount)
      if mode != .autoregressive { #expect(telemetry.acceptedCount > 0) }
    }
  }

  @Test("the noise of the seed decides: another seed, another text")
  func seeds() throws {
    let texts = try (0..<5).map { seed in
      let sampling = try SamplingParameters(seed: UInt64(seed))
      return try DecodingHarness(sampling: sampling).run(.lockstepPEARL(draftLength: 3), prompt: [1]).tokens
    }
    #expect(Set(texts).count == 5)
  }

  @Test("the same text, whatever the draft's context can hold", arguments: 1...30)
  func shortDraftContext(draftContext: Int) throws {
    var harness = DecodingHarness()
    harness.draftContext = draftContext
    let expected = harness.reference(prompt: [3, 1, 4, 1, 5], count: 40)
    for mode in allModes(draftLengths: [1, 2, 5, 16]) {
      #expect(try harness.run(mode, prompt: [3, 1, 4, 1, 5]).tokens == expected)
    }
  }
}
