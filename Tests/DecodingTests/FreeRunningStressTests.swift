import Decoding
import Foundation
import Platform
import Sampling
import TensorTypes
import Testing

@Suite("Lanes that never wait for each other")
struct FreeRunningStressTests {
  /// Steps of both models; `NACRE_STRESS_STEPS` asks for more, for a run under the thread sanitizer.
  private static let stepCount =
    ProcessInfo.processInfo.environment["NACRE_STRESS_STEPS"].flatMap { Int($0) } ?? 20_000

  /// Actions at random, those that nobody would choose too.
  private struct RandomPolicy: LengthPolicy {
    var state: UInt64
    var maximumProposalCount: Int { 12 }

    mutating func next(_ view: RoundView, costs: CostModel) -> Action {
      state = TableLanguage.mix(state)
      let count = Int((state >> 8) % 7)
      switch state % 8 {
      case 0: return .draft(count)
      case 1: return .verify
      case 2: return .verifyWhileDrafting(min(count, 12 - view.pendingCount))
      case 3: return .review
      default: return .verifyWhileDraftingFreely(count)
      }
    }
  }

  /// Ends chains at random.
  private struct RandomRule: StopRule {
    var state: UInt64
    var needs: DraftSignals.Needs { .softmax }
    mutating func goesOn(after chain: DraftChain, costs: CostModel) -> Bool {
      state = TableLanguage.mix(state)
      return state % 5 != 0
    }
    func observe(_ judgement: ChainJudgement) {}
  }

  /// One generation of a pair that is drawn by `index`: its agreement, its delays, its schedule.
  private func generate(_ index: UInt64, lane: LaneThread) throws -> (steps: Int, isRight: Bool) {
    var state = TableLanguage.mix(index)
    func draw(_ count: UInt64) -> UInt64 {
      state = TableLanguage.mix(state)
      return state % count
    }
    var harness = DecodingHarness(targetContext: 600, draftContext: 600)
    harness.sampling = try draw(2) == 0 ? .greedy : SamplingParameters(seed: index)
    harness.draft.disagreement = [0, 0.05, 0.2, 0.5, 1][Int(draw(5))]
    harness.draft.swaps = [0, 0, 0.3, 0.8][Int(draw(4))]
    let method = draw(4) == 0 ? ProposalMethod.sampled : .coupled
    let target = TableModel(harness.target, as: .target, contextLength: 600, watch: nil)
    let draft = TableModel(harness.draft, as: .draft, contextLength: 600, watch: nil)
    target.maximumSpinCount = draw(4) == 0 ? 0 : draw(4000)
    draft.maximumSpinCount = draw(4) == 0 ? 0 : draw(2000)
    let policies: [any LengthPolicy] = [
      RandomPolicy(state: state), FreeRunningPolicy(longest: 1 + Int(draw(16))),
      AutomaticPolicy(longest: 8),
    ]
    let rules: [any StopRule] = [UnlimitedRule(), RandomRule(state: state), CostRule()]
    let scheduler = Scheduler(
      target: target, drafter: ModelDrafter(model: draft, sampling: harness.sampling, method: method),
      verifier: CoupledVerifier(sampling: harness.sampling, vocabularyCount: 12),
      policy: policies[Int(draw(3))], rule: rules[Int(draw(3))],
      candidateCount: 1 + Int(draw(4)), lane: lane)
    var isRight = true
    // Two generations with one scheduler: the second finds what the first left.
    for turn in 0..<2 {
      let prompt = harness.target.prompt(Int(index) + turn, count: 1 + Int(draw(5)))
      let count = 1 + Int(draw(300))
      var tokens: [TokenID] = []
      _ = try scheduler.generate(after: prompt, limits: .init(maximumTokenCount: count)) {
        tokens.append($0.id)
        return .continue
      }
      isRight = isRight && tokens == harness.reference(prompt: prompt, count: count)
    }
    return (target.passCount + draft.passCount, isRight && target.violations + draft.violations == [])
  }

  @Test("write what the target alone writes, at any delays, agreement and schedule")
  func stress() throws {
    let lane = LaneThread(name: "draft", cpu: nil)
    var (steps, index) = (0, UInt64(0))
    while steps < Self.stepCount {
      let outcome = try generate(index, lane: lane)
      #expect(outcome.isRight, "generation \(index)")
      steps += outcome.steps
      index += 1
    }
  }
}
