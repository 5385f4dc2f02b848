import Decoding
import Platform
import Sampling
import TensorTypes
import Testing

@Suite("Generation ends where it should")
struct LimitsTests {
  static let modes = allModes(draftLengths: [1, 2, 3, 5, 8])

  @Test("after an end token, wherever it falls in a block", arguments: modes)
  func endToken(mode: DecodingMode) throws {
    for index in 0..<8 {
      var harness = DecodingHarness(sampling: try .init(seed: UInt64(index)))
      harness.draft.disagreement = 0.1
      let prompt = harness.target.prompt(index, count: 4)
      let free = harness.reference(prompt: prompt, count: 40)
      for endToken in Set(free) {
        harness.limits = GenerationLimits(maximumTokenCount: 40, endTokens: [endToken, -1])
        let outcome = try harness.run(mode, prompt: prompt)
        #expect(outcome.tokens == Array(free[...(free.firstIndex(of: endToken) ?? 0)]))
        #expect(outcome.result.stopReason == .endToken(endToken))
        harness.limits.ignoresEndTokens = true
        #expect(try harness.run(mode, prompt: prompt).tokens == free)
      }
    }
  }

  @Test("after exactly the maximum number of tokens", arguments: modes)
  func maximumTokenCount(mode: DecodingMode) throws {
    for count in 1...12 {
      var harness = DecodingHarness()
      harness.limits = GenerationLimits(maximumTokenCount: count)
      let outcome = try harness.run(mode, prompt: [7])
      #expect(outcome.tokens == harness.reference(prompt: [7], count: count))
      #expect(outcome.result.stopReason == .maximumTokenCount)
    }
  }

  @Test("with no token and no pass if none is wanted", arguments: modes)
  func noToken(mode: DecodingMode) throws {
    var harness = DecodingHarness()
    harness.limits = GenerationLimits(maximumTokenCount: 0)
    let outcome = try harness.run(mode, prompt: [7, 8, 9])
    #expect(outcome.tokens == [])
    #expect(outcome.result.stopReason == .maximumTokenCount)
    #expect(outcome.targetFedCount == 0 && outcome.draftFedCount == 0)
  }

  @Test("where the target's context ends, at every offset", arguments: modes)
  func contextEnd(mode: DecodingMode) throws {
    for promptCount in 1...20 {
      for disagreement in [0, 0.4] {
        var harness = DecodingHarness(targetContext: 20, limits: .init())
        harness.draft.disagreement = disagreement
        for draftContext in [promptCount, 18, 19, 20, 40] {
          harness.draftContext = draftContext
          let prompt = harness.target.prompt(promptCount, count: promptCount)
          let outcome = try harness.run(mode, prompt: prompt)
          #expect(outcome.tokens == harness.reference(prompt: prompt, count: 20 - promptCount))
          #expect(outcome.result.stopReason == .contextFull)
        }
      }
    }
  }

  @Test("when the receiver stops, with nothing after that token", arguments: modes)
  func receiverStops(mode: DecodingMode) throws {
    let harness = DecodingHarness()
    for stop in 0..<10 {
      let outcome = try harness.run(mode, prompt: [2, 3]) { $0.position == 2 + stop ? .stop : .continue }
      #expect(outcome.tokens == harness.reference(prompt: [2, 3], count: stop + 1))
      #expect(outcome.result.stopReason == .stoppedByReceiver)
    }
  }

  @Test("when cancelled: at the next round, before the first token too", arguments: modes)
  func cancelled(mode: DecodingMode) throws {
    let harness = DecodingHarness()
    for position in 2..<10 {
      let flag = CancellationFlag()
      let outcome = try harness.run(mode, prompt: [2, 3], cancellation: flag) { token in
        if token.position == position { flag.cancel() }
        return .continue
      }
      #expect(outcome.result.stopReason == .cancelled)
      #expect(outcome.tokens == harness.reference(prompt: [2, 3], count: outcome.tokens.count))
      #expect(outcome.tokens.count > position - 2 && outcome.tokens.count <= position - 1 + 8)
    }
    let flag = CancellationFlag()
    flag.cancel()
    let outcome = try harness.run(mode, prompt: [2, 3], cancellation: flag)
    #expect(outcome.tokens == [])
    #expect(outcome.targetFedCount == 0)
  }

  @Test("bad input is refused with its numbers")
  func refused() throws {
    var harness = DecodingHarness(targetContext: 4)
    #expect(throws: DecodingError.promptTooLong(tokenCount: 5, contextLength: 4)) {
      try harness.run(.autoregressive, prompt: [1, 2, 3, 4, 5])
    }
    for bad in [TokenID(12), -1, .max] {
      #expect(throws: DecodingError.tokenOutsideVocabulary(token: bad, position: 1, vocabularyCount: 12)) {
        try harness.run(.autoregressive, prompt: [1, bad])
      }
    }
    harness.draft.vocabularyCount = 13
    #expect(throws: DecodingError.vocabularyMismatch(target: 12, draft: 13)) {
      try harness.run(.speculative(draftLength: 2), prompt: [1])
    }
    let target = TableModel(.init(), as: .target, watch: .init())
    #expect(throws: DecodingError.draftModelMissing(.lockstepPEARL(draftLength: 2))) {
      try Scheduler(
        target: target, draft: nil, mode: .lockstepPEARL(draftLength: 2), sampling: .greedy, lane: nil)
    }
  }
}
