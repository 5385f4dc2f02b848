import Decoding
import Inference
import Platform
import Sampling
import TensorTypes
import TestSupport
import Testing

/// A small language pair and the distribution of its texts.
private struct TextExperiment {
  var target = TableLanguage(vocabularyCount: 3, seed: 3, order: 2, scale: 3)
  var draft = TableLanguage(vocabularyCount: 3, seed: 4, order: 1, scale: 3)
  var prompt: [TokenID] = [0, 2]
  var length = 4
  var runCount = 3000
  /// Cuts off improbable tokens.
  var isFiltered = true

  /// A flat target, a peaked draft, and no filter: rejections often leave a choice of two tokens.
  static var withLongResiduals: TextExperiment {
    var experiment = TextExperiment()
    experiment.target.scale = 1
    experiment.draft.scale = 5
    experiment.isFiltered = false
    return experiment
  }

  func sampling(seed: Int) throws -> SamplingParameters {
    try SamplingParameters(
      temperature: 0.9, topK: 0, topP: isFiltered ? 0.93 : 1, minP: isFiltered ? 0.05 : 0,
      presencePenalty: 0.4, penaltyWindow: 3,
      seed: UInt64(seed))
  }

  /// Probability of every text of `length` tokens under the target alone, by enumeration; texts in base 3.
  func textProbabilities() throws -> [Double] {
    let chain = SamplingChain(parameters: try sampling(seed: 0), vocabularyCount: 3)
    let distribution = TokenDistribution(vocabularyCount: 3)
    var texts: [(tokens: [TokenID], probability: Double)] = [(prompt, 1)]
    for _ in 0..<length {
      texts = texts.flatMap { text in
        let logits = target.logits(after: text.tokens[...])
        logits.withUnsafeBufferPointer { logits in
          text.tokens.withUnsafeBufferPointer { chain.apply(to: logits, history: $0, into: distribution) }
        }
        return (0..<TokenID(3)).map {
          (text.tokens + [$0], text.probability * distribution.probability(of: $0))
        }
      }
    }
    return texts.map(\.probability)
  }

  /// How often each text comes out, over many seeds.
  func counts(
    policy: any LengthPolicy, verifier: (SamplingParameters) -> any Verifier,
    drafter: (TableModel, SamplingParameters) -> any Drafter
  ) throws -> [Int] {
    var counts = [Int](repeating: 0, count: 81)
    for seed in 0..<runCount {
      let sampling = try sampling(seed: seed)
      let watch = CommittedWatch()
      watch.tokens = prompt
      let scheduler = Scheduler(
        target: TableModel(target, as: .target, watch: watch),
        drafter: drafter(TableModel(draft, as: .draft, watch: watch), sampling),
        verifier: verifier(sampling), policy: policy, lane: nil)
      var text = 0
      // Room for drafts beyond the text, so that its end shortens none.
      _ = try scheduler.generate(after: prompt, limits: .init(maximumTokenCount: length + 8)) { token in
        watch.tokens.append(token.id)
        text = text * 3 + Int(token.id)
        return token.position == prompt.count + length - 1 ? .stop : .continue
      }
      counts[text] += 1
    }
    return counts
  }

  static func shippedVerifier(_ sampling: SamplingParameters) -> any Verifier {
    RejectionVerifier(sampling: sampling, vocabularyCount: 3)
  }

  static func shippedDrafter(_ model: TableModel, _ sampling: SamplingParameters) -> any Drafter {
    ModelDrafter(model: model, sampling: sampling, method: .sampled)
  }
}

@Suite("Rejection decoding keeps the target's distribution of texts")
struct RejectionDecodingTests {
  @Test(
    "over many seeds, the texts come as often as they should",
    arguments: allModes(draftLengths: [1, 2, 3, 6]))
  func texts(mode: DecodingMode) throws {
    for experiment in [TextExperiment(), .withLongResiduals] {
      let counts = try experiment.counts(
        policy: mode.policy(), verifier: TextExperiment.shippedVerifier,
        drafter: TextExperiment.shippedDrafter)
      #expect(isPlausible(counts: counts, probabilities: try experiment.textProbabilities()))
    }
  }

  @Test("a draft that agrees is never rejected", arguments: allModes(draftLengths: [1, 4]))
  func perfectDraft(mode: DecodingMode) throws {
    for seed in 0..<20 {
      var harness = DecodingHarness(sampling: try .init(seed: UInt64(seed)), verification: .rejection)
      harness.draft.disagreement = 0
      let telemetry = try harness.run(mode, prompt: [1, 2, 3]).result.telemetry
      #expect(telemetry.acceptedCount == telemetry.testedCount)
    }
  }

  @Test("at temperature 0 it writes the greedy text", arguments: allModes(draftLengths: [1, 2, 5, 16]))
  func greedy(mode: DecodingMode) throws {
    var harness = DecodingHarness(verification: .rejection)
    let expected = harness.reference(prompt: [1, 2, 3], count: 40)
    for disagreement in [0, 0.3, 1] {
      harness.draft.disagreement = disagreement
      #expect(try harness.run(mode, prompt: [1, 2, 3]).tokens == expected)
    }
  }

  @Test("with a lane and without it writes the same text", arguments: fixedModes(draftLengths: [1, 3, 7]))
  func lanes(mode: DecodingMode) throws {
    let lane = LaneThread(name: "draft", cpu: nil)
    for seed in 0..<10 {
      var harness = DecodingHarness(sampling: try .init(seed: UInt64(seed)), verification: .rejection)
      let inline = try harness.run(mode, prompt: [4, 2])
      harness.lane = lane
      #expect(try harness.run(mode, prompt: [4, 2]).committed == inline.committed)
    }
  }

  @Test("the statistics see through wrong verifiers and drafters", arguments: Mutation.allCases)
  func mutants(mutation: Mutation) throws {
    var experiment: TextExperiment =
      mutation == .sameNumberForTestAndCorrection ? .withLongResiduals : TextExperiment()
    experiment.runCount = 6000
    for policy: any LengthPolicy in [
      SpeculativePolicy(draftLength: 3), LockstepPEARLPolicy(draftLength: 3),
    ] {
      let counts = try experiment.counts(
        policy: policy,
        verifier: { MutantVerifier(mutation, sampling: $0) },
        drafter: { model, sampling in
          mutation == .dropsUnlikelyProposals
            ? DroppingDrafter(model: model, sampling: sampling)
            : TextExperiment.shippedDrafter(model, sampling)
        })
      #expect(!isPlausible(counts: counts, probabilities: try experiment.textProbabilities()))
    }
  }
}
