import Decoding
import Inference
import Platform
import Sampling
import TensorTypes
import Testing

@Suite("Scheduling")
struct SchedulingTests {
  /// A harness whose draft is always right.
  static func agreeing(tokenCount: Int) -> DecodingHarness {
    var harness = DecodingHarness(limits: .init(maximumTokenCount: tokenCount))
    harness.draft.disagreement = 0
    return harness
  }

  @Test("plain speculation with a perfect draft gives γ + 1 tokens per pass", arguments: [1, 2, 3, 7])
  func speculativeCounts(draftLength: Int) throws {
    let harness = Self.agreeing(tokenCount: 4 * (draftLength + 1))
    let telemetry = try harness.run(.speculative(draftLength: draftLength), prompt: [1, 2]).result.telemetry
    #expect(telemetry.targetPassCount == 4)
    #expect(telemetry.passCountByRows[draftLength + 1] == 4)
    #expect(telemetry.acceptedCount == 4 * draftLength)
    #expect(telemetry.wastedCount == 0)
    #expect(telemetry.draftPassCount == 4 * draftLength)
    #expect(telemetry.tokensPerTargetPass == Double(draftLength + 1))
  }

  @Test("lockstep PEARL with a perfect draft gives 1, γ, γ, … tokens per pass", arguments: [1, 2, 3, 7])
  func pearlCounts(draftLength: Int) throws {
    // The draft has room for the first five passes.
    let harness = Self.agreeing(tokenCount: 1 + 5 * draftLength)
    var commitsPerPass: [Int] = []
    var passes = 0
    var seen = 0
    let outcome = try harness.run(.lockstepPEARL(draftLength: draftLength), prompt: [1, 2])
    for interval in outcome.trace where interval.lane == .target && interval.tokenCount > 0 {
      commitsPerPass.append(interval.tokenCount)
      passes += 1
      seen += interval.tokenCount
    }
    // A pass of k + 1 rows that rejects nothing commits k + 1 tokens.
    #expect(seen == 1 + 5 * draftLength)
    #expect(Array(commitsPerPass.prefix(5)) == [1] + [Int](repeating: draftLength, count: 4))
    #expect(outcome.result.telemetry.acceptanceRate == 1)
  }

  @Test("a useless draft costs lockstep PEARL nothing but waste: one token per pass")
  func uselessDraft() throws {
    var harness = DecodingHarness(limits: .init(maximumTokenCount: 30))
    harness.target = TableLanguage(vocabularyCount: 500)
    harness.draft = TableLanguage(vocabularyCount: 500, seed: 99)
    let telemetry = try harness.run(.lockstepPEARL(draftLength: 4), prompt: [1]).result.telemetry
    #expect(telemetry.targetPassCount == 30)
    #expect(telemetry.passCountByRows[1] == 30)
    #expect(telemetry.acceptanceRate == 0)
    #expect(telemetry.wastedCount == telemetry.proposedCount)
  }

  @Test("the draft reads each token once: catching up costs no extra pass")
  func draftPasses() throws {
    let harness = Self.agreeing(tokenCount: 20)
    let outcome = try harness.run(.speculative(draftLength: 3), prompt: [5, 6, 7, 8])
    // 15 proposals; the last one and the last bonus are never fed.
    #expect(outcome.result.telemetry.draftPassCount == 15)
    #expect(outcome.draftFedCount == 4 + 20 - 2)
    #expect(try harness.run(.lockstepPEARL(draftLength: 3), prompt: [5, 6, 7, 8]).draftFedCount < 4 + 20)
  }

  @Test("a longer prompt that begins like the last sequence is not read again")
  func prefixReuse() throws {
    let language = TableLanguage()
    let watch = CommittedWatch()
    let target = TableModel(language, as: .target, watch: watch)
    let draft = TableModel(.init(disagreement: 0.2), as: .draft, watch: watch)
    let scheduler = try Scheduler(
      target: target, draft: draft, mode: .lockstepPEARL(draftLength: 3), sampling: .greedy, lane: nil)
    let harness = DecodingHarness()

    func generate(_ prompt: [TokenID]) throws -> [TokenID] {
      watch.tokens = prompt
      var tokens: [TokenID] = []
      _ = try scheduler.generate(after: prompt, limits: .init(maximumTokenCount: 10)) { token in
        tokens.append(token.id)
        watch.tokens.append(token.id)
        return .continue
      }
      return tokens
    }

    let prompt = language.prompt(1, count: 30)
    let first = try generate(prompt)
    var prompts = [prompt + first + [1, 2, 3], prompt, Array(prompt.prefix(12)) + [0], [3], prompt + first]
    prompts.append(prompts[0])
    for prompt in prompts {
      #expect(try generate(prompt) == harness.reference(prompt: prompt, count: 10))
    }
    let fedBefore = target.fedTokenCount
    _ = try generate(prompts[0] + [4, 4])
    #expect(target.fedTokenCount - fedBefore < 60)
    #expect(target.violations == [])
    #expect(draft.violations == [])
  }

  @Test("no token is drafted that the text has no place for", arguments: [1, 2, 3])
  func noDraftBeyondTheEnd(tokenCount: Int) throws {
    let harness = Self.agreeing(tokenCount: tokenCount)
    for mode in [DecodingMode.speculative(draftLength: 4), .lockstepPEARL(draftLength: 4)] {
      let telemetry = try harness.run(mode, prompt: [1, 2]).result.telemetry
      // The last token of the text is the one that the last row yields by itself.
      #expect(telemetry.proposedCount == tokenCount - 1)
    }
  }

  @Test("a long prompt is read in several passes, by both lanes", arguments: [512, 513, 514, 1300])
  func longPrompt(count: Int) throws {
    var harness = DecodingHarness(
      targetContext: 1400, draftContext: 1400, lane: LaneThread(name: "draft", cpu: nil))
    let prompt = harness.target.prompt(0, count: count)
    let expected = harness.reference(prompt: prompt, count: 40)
    #expect(try harness.run(.lockstepPEARL(draftLength: 3), prompt: prompt).tokens == expected)
    harness.lane = nil
    #expect(try harness.run(.lockstepPEARL(draftLength: 3), prompt: prompt).tokens == expected)
  }

  @Test("a policy of mixed actions gives the same text")
  func mixedActions() throws {
    struct Mixed: LengthPolicy {
      var state: UInt64
      var maximumProposalCount: Int { 9 }
      mutating func next(_ view: RoundView, costs: CostModel) -> Action {
        state = TableLanguage.mix(state)
        switch state % 4 {
        case 0: return .draft(Int(state >> 8 % 5))
        case 1: return .verify
        default: return .verifyWhileDrafting(Int((state >> 8) % 6))
        }
      }
    }
    let harness = DecodingHarness(sampling: try .init(seed: 3))
    let expected = harness.reference(prompt: [1, 2], count: 100)
    for seed in 0..<50 {
      let watch = CommittedWatch()
      watch.tokens = [1, 2]
      let target = TableModel(harness.target, as: .target, watch: watch)
      let draft = TableModel(harness.draft, as: .draft, watch: watch)
      let scheduler = Scheduler(
        target: target, drafter: ModelDrafter(model: draft, sampling: harness.sampling, method: .coupled),
        verifier: CoupledVerifier(sampling: harness.sampling, vocabularyCount: 12),
        policy: Mixed(state: UInt64(seed)), lane: nil)
      _ = try scheduler.generate(after: [1, 2], limits: .init(maximumTokenCount: 100)) { token in
        watch.tokens.append(token.id)
        return .continue
      }
      #expect(Array(watch.tokens.dropFirst(2)) == expected)
      #expect(target.violations + draft.violations == [])
    }
  }

  @Test("with a lane, target and draft compute at the same time")
  func overlap() throws {
    var harness = DecodingHarness(lane: LaneThread(name: "draft", cpu: nil), maximumDelay: 2000)
    let telemetry = try harness.run(.lockstepPEARL(draftLength: 4), prompt: [1, 2, 3]).result.telemetry
    #expect(telemetry.overlapped > .zero)
    harness.lane = nil
    let outcome = try harness.run(.lockstepPEARL(draftLength: 4), prompt: [1, 2, 3])
    #expect(outcome.result.telemetry.overlapped == .zero)
    for (one, next) in zip(outcome.trace, outcome.trace.dropFirst()) where one.lane != next.lane {
      #expect(one.end <= next.start || next.end <= one.start)
    }
  }

  @Test("thousands of parallel rounds with random delays give the target's text")
  func stress() throws {
    let lane = LaneThread(name: "draft", cpu: nil)
    for (index, delay) in [UInt64(0), 0, 0, 20, 100].enumerated() {
      let count = delay == 0 ? 1500 : 300
      var harness = DecodingHarness(
        targetContext: 2000, draftContext: 2000, sampling: try .init(seed: UInt64(index)),
        limits: .init(maximumTokenCount: count), lane: lane, maximumDelay: delay)
      harness.draft.disagreement = 0.2
      let prompt = harness.target.prompt(index, count: 5)
      let outcome = try harness.run(.lockstepPEARL(draftLength: 1 + index), prompt: prompt)
      #expect(outcome.tokens == harness.reference(prompt: prompt, count: count))
    }
  }
}
