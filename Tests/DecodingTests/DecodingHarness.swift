import Decoding
import Inference
import Platform
import Sampling
import TensorTypes
import Testing

/// A target and a draft that speak table languages, ready to decode in any mode.
struct DecodingHarness {
  var target = TableLanguage()
  var draft = TableLanguage(disagreement: 0.3)
  var targetContext = 256
  var draftContext = 256
  var sampling = SamplingParameters.greedy
  var verification = VerificationMethod.coupled
  var limits = GenerationLimits(maximumTokenCount: 40)
  var lane: LaneThread?
  var maximumDelay: UInt64 = 0

  struct Outcome {
    var committed: [CommittedToken]
    var result: GenerationResult
    var trace: [PassInterval]
    var targetFedCount: Int
    var draftFedCount: Int

    var tokens: [TokenID] { committed.map(\.id) }
  }

  /// Generates and checks the contract of both models and the positions of the output.
  func run(
    _ mode: DecodingMode, prompt: [TokenID], cancellation: CancellationFlag? = nil,
    receive: (CommittedToken) -> Continuation = { _ in .continue }
  ) throws -> Outcome {
    let watch = CommittedWatch()
    let targetModel = TableModel(target, as: .target, contextLength: targetContext, watch: watch)
    let draftModel = TableModel(
      draft, as: .draft, contextLength: draftContext, watch: lane == nil ? watch : nil)
    targetModel.maximumDelay = maximumDelay
    draftModel.maximumDelay = maximumDelay / 4
    let scheduler = try Scheduler(
      target: targetModel, draft: draftModel, mode: mode, verification: verification, sampling: sampling,
      lane: lane)
    scheduler.recordsTrace = true
    watch.tokens = prompt
    var committed: [CommittedToken] = []
    let result = try scheduler.generate(after: prompt, limits: limits, cancellation: cancellation) { token in
      committed.append(token)
      watch.tokens.append(token.id)
      return receive(token)
    }
    #expect(targetModel.violations == [])
    #expect(draftModel.violations == [])
    #expect(committed.map(\.position) == Array(prompt.count..<prompt.count + committed.count))
    check(result.telemetry, of: committed)
    return Outcome(
      committed: committed, result: result, trace: scheduler.trace,
      targetFedCount: targetModel.fedTokenCount, draftFedCount: draftModel.fedTokenCount)
  }

  /// What must hold of the counters of every run.
  private func check(_ telemetry: DecodingTelemetry, of committed: [CommittedToken]) {
    #expect(telemetry.committedCount == committed.count)
    #expect(telemetry.acceptedCount == committed.count { $0.origin == .acceptedDraft })
    #expect(telemetry.acceptedCount <= telemetry.testedCount)
    #expect(telemetry.testedCount <= telemetry.proposedCount)
    #expect(telemetry.passCountByRows.reduce(0, +) == telemetry.targetPassCount)
    #expect(telemetry.overlapped <= min(telemetry.targetBusy, telemetry.draftBusy))
  }

  /// What the target alone writes, computed without a scheduler.
  func reference(prompt: [TokenID], count: Int) -> [TokenID] {
    let chain = SamplingChain(parameters: sampling, vocabularyCount: target.vocabularyCount)
    let distribution = TokenDistribution(vocabularyCount: target.vocabularyCount)
    let random = CounterRandom(seed: sampling.seed)
    var tokens = prompt
    for _ in 0..<count {
      let logits = target.logits(after: tokens[...])
      logits.withUnsafeBufferPointer { logits in
        tokens.withUnsafeBufferPointer { chain.apply(to: logits, history: $0, into: distribution) }
      }
      tokens.append(distribution.coupledToken(random: random, position: tokens.count))
    }
    return Array(tokens.dropFirst(prompt.count))
  }
}

/// Autoregressive, those that choose lengths by themselves, and both drafting modes at the given draft lengths.
func allModes(draftLengths: some Sequence<Int> = 1...16) -> [DecodingMode] {
  [.freeRunningPEARL, .automatic] + fixedModes(draftLengths: draftLengths)
}

/// Those whose rounds do not depend on how long anything takes.
func fixedModes(draftLengths: some Sequence<Int> = 1...16) -> [DecodingMode] {
  [.autoregressive]
    + draftLengths.flatMap { [.speculative(draftLength: $0), .lockstepPEARL(draftLength: $0)] }
}
