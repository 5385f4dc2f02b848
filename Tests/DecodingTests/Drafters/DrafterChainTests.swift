import Inference
import Platform
import Sampling
import TensorTypes
import Testing

@testable import Decoding

/// Guesses by hash, mostly wrong, sometimes nothing.
private final class RandomGuesser: TokenGuesser {
  private(set) var guessCount = 0

  func prepare(_ sequence: TokenSequence) {}
  func follow(_ sequence: TokenSequence) {}
  func forget(from count: Int) {}

  func guess(_ sequence: TokenSequence) -> TokenID? {
    let hash = TableLanguage.mix(UInt64(sequence.count) << 20 ^ UInt64(sequence.committedCount))
    guard hash % 3 == 0 else { return nil }
    guessCount += 1
    return TokenID(hash >> 8 % 12)
  }
}

@Suite("Guessers before a drafter")
struct DrafterChainTests {
  /// What some guessers before a table model write, and how the draft model fared.
  private func run(
    _ mode: DecodingMode, _ guessers: [any TokenGuesser], hasFallback: Bool = true, harness: DecodingHarness,
    maximumDelay: UInt64 = 0, prompts: [[TokenID]]
  ) throws -> (texts: [[TokenID]], telemetry: [DecodingTelemetry]) {
    let watch = CommittedWatch()
    // A review computes many rows.
    let isSimple = harness.lane == nil && mode != .automatic
    let target = TableModel(harness.target, as: .target, contextLength: harness.targetContext, watch: watch)
    let draft = TableModel(
      harness.draft, as: .draft, contextLength: harness.draftContext, watch: isSimple ? watch : nil
    )
    (target.maximumDelay, draft.maximumDelay) = (maximumDelay, maximumDelay / 4)
    let verifier: any Verifier =
      harness.verification == .coupled
      ? CoupledVerifier(sampling: harness.sampling, vocabularyCount: 12)
      : RejectionVerifier(sampling: harness.sampling, vocabularyCount: 12)
    let model = ModelDrafter(model: draft, sampling: harness.sampling, method: verifier.proposalMethod)
    let scheduler = Scheduler(
      target: target, drafter: DrafterChain(guessers: guessers, fallback: hasFallback ? model : nil),
      verifier: verifier,
      policy: mode.policy(), rule: CostRule(), lane: harness.lane)
    var telemetry: [DecodingTelemetry] = []
    let texts = try prompts.map { prompt in
      watch.tokens = prompt
      let result = try scheduler.generate(after: prompt, limits: harness.limits) {
        watch.tokens.append($0.id)
        return .continue
      }
      telemetry.append(result.telemetry)
      return Array(watch.tokens.dropFirst(prompt.count))
    }
    #expect(target.violations + draft.violations == [])
    return (texts, telemetry)
  }

  @Test(
    "give the target's text, prompt after prompt, whatever they guess",
    arguments: allModes(draftLengths: [1, 4]))
  func identical(mode: DecodingMode) throws {
    let lane = LaneThread(name: "draft", cpu: nil)
    for sampling in try CoupledDecodingTests.samplings()[1...2] {
      var harness = DecodingHarness(sampling: sampling)
      let prompts = (0..<2).map { harness.target.prompt($0, count: 1 + 6 * $0) }
      let expected = prompts.map { harness.reference(prompt: $0, count: 40) }
      for (lane, hasFallback) in [(nil, true), (lane, true), (lane, false)] {
        harness.lane = lane
        let guessers: [[any TokenGuesser]] = [
          [NGramLookup()],
          [RandomGuesser(), NGramLookup(lengths: 1...2), PhrasePool(phraseCount: 8, keyLength: 1)],
        ]
        for guessers in guessers {
          let (texts, _) = try run(
            mode, guessers, hasFallback: hasFallback, harness: harness, prompts: prompts + prompts)
          #expect(texts == expected + expected)
        }
      }
    }
  }

  @Test("guessers go on where the draft's context ends", arguments: [3, 10, 20])
  func shortDraftContext(draftContext: Int) throws {
    var harness = DecodingHarness(limits: .init(maximumTokenCount: 60))
    harness.draftContext = draftContext
    let prompt = harness.target.prompt(2, count: 6)
    for mode in allModes(draftLengths: [2, 5]) {
      let (texts, telemetry) = try run(mode, [NGramLookup()], harness: harness, prompts: [prompt])
      #expect(texts[0] == harness.reference(prompt: prompt, count: 60))
      if mode == .speculative(draftLength: 5) { #expect(telemetry[0].targetPassCount < 40) }
    }
  }

  @Test("a cancelled step proposes nothing, and the text stays the target's")
  func delays() throws {
    var harness = DecodingHarness(
      sampling: try .init(seed: 2), limits: .init(maximumTokenCount: 200),
      lane: LaneThread(name: "draft", cpu: nil))
    for disagreement in [0.1, 0.6] {
      harness.draft.disagreement = disagreement
      let prompt = harness.target.prompt(3, count: 5)
      for mode in [DecodingMode.freeRunningPEARL, .lockstepPEARL(draftLength: 4)] {
        let (texts, _) = try run(
          mode, [RandomGuesser(), NGramLookup(), PhrasePool()], harness: harness, maximumDelay: 100,
          prompts: [prompt])
        #expect(texts[0] == harness.reference(prompt: prompt, count: 200))
      }
    }
  }

  @Test("with the rejection rule guesses are point masses: greedy texts stay the same", arguments: [1, 3, 8])
  func rejection(draftLength: Int) throws {
    let harness = DecodingHarness(verification: .rejection)
    let prompt = harness.target.prompt(1, count: 9)
    for mode in [
      DecodingMode.speculative(draftLength: draftLength), .lockstepPEARL(draftLength: draftLength),
    ] {
      let (texts, _) = try run(
        mode, [RandomGuesser(), NGramLookup(lengths: 1...3)], harness: harness, prompts: [prompt])
      #expect(texts[0] == harness.reference(prompt: prompt, count: 40))
    }
  }

  @Test("a text that repeats itself is mostly guessed; so is one that was written before")
  func helps() throws {
    // Two tokens of history and few tokens: the text soon runs in circles.
    var harness = DecodingHarness(limits: .init(maximumTokenCount: 200))
    harness.draft.disagreement = 1
    let prompt = harness.target.prompt(0, count: 4)
    let mode = DecodingMode.speculative(draftLength: 4)
    let (_, alone) = try run(mode, [], harness: harness, prompts: [prompt])
    let (_, lookup) = try run(mode, [NGramLookup()], harness: harness, prompts: [prompt])
    #expect(lookup[0].targetPassCount * 2 < alone[0].targetPassCount)
    let (_, pool) = try run(mode, [PhrasePool()], harness: harness, prompts: [prompt, prompt])
    #expect(pool[1].targetPassCount * 2 < alone[0].targetPassCount)
    #expect(pool[1].targetPassCount < pool[0].targetPassCount)
  }
}
