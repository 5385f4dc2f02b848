import Foundation
import Inference
import Platform
import Sampling
import Synchronization
import TensorTypes
import Testing

@testable import Decoding

@Suite("A draft that goes on from several first tokens")
struct BranchTests {
  /// Leaves the draft's lane all the time it takes, however crowded the machine is.
  private final class Patience {
    let draftPassCount = Atomic(0)
    /// Most looks at a draft that has not begun since the last pass.
    let longest: Int
    private var knownPassCount = 0

    init(longest: Int) { self.longest = longest }

    func waitUntilDraftRests() {
      var (lookCount, quietCount) = (0, 0)
      var seen = draftPassCount.load(ordering: .relaxed)
      while quietCount < 5 || (seen == knownPassCount && lookCount < longest) {
        usleep(1500)
        let now = draftPassCount.load(ordering: .relaxed)
        quietCount = now == seen ? quietCount + 1 : 0
        (seen, lookCount) = (now, lookCount + 1)
      }
      knownPassCount = seen
    }
  }

  private struct Outcome {
    var tokens: [TokenID]
    var expected: [TokenID]
    var telemetry: DecodingTelemetry
  }

  /// A pair whose draft always has the target's token first or second.
  private func generate(
    candidateCount: Int, verification: VerificationMethod = .coupled,
    sampling: SamplingParameters = .greedy, mode: DecodingMode = .lockstepPEARL(draftLength: 3),
    lane: LaneThread? = LaneThread(name: "draft", cpu: nil)
  ) throws -> Outcome {
    var harness = DecodingHarness()
    harness.sampling = sampling
    // With a long memory no text runs in circles.
    harness.target.order = 6
    harness.draft = TableLanguage(order: 6, swaps: 0.5)
    let draft = TableModel(harness.draft, as: .draft, watch: nil)
    let target = TableModel(harness.target, as: .target, watch: nil)
    // Where the lanes are in step, the draft has something to do in every pass but the first.
    let patience = Patience(longest: mode == .lockstepPEARL(draftLength: 3) && lane != nil ? 100 : 0)
    target.beforePass = { patience.waitUntilDraftRests() }
    draft.beforePass = { patience.draftPassCount.wrappingAdd(1, ordering: .relaxed) }
    let scheduler = try Scheduler(
      target: target, draft: draft,
      means: DraftingMeans(candidateCount: candidateCount), mode: mode, verification: verification,
      sampling: sampling, lane: lane)
    var tokens: [TokenID] = []
    let result = try scheduler.generate(after: [3, 5], limits: .init(maximumTokenCount: 120)) {
      tokens.append($0.id)
      return .continue
    }
    #expect(target.violations + draft.violations == [])
    return Outcome(
      tokens: tokens, expected: harness.reference(prompt: [3, 5], count: 120), telemetry: result.telemetry)
  }

  @Test("writes the same text in fewer passes, since what it drafted behind its second choice is not lost")
  func takenUp() throws {
    let one = try generate(candidateCount: 1)
    let two = try generate(candidateCount: 2)
    #expect(one.tokens == one.expected && two.tokens == two.expected)
    #expect(one.telemetry.branchTokenCount == 0 && one.telemetry.takenUpCount == 0)
    #expect(two.telemetry.takenUpCount > 10)
    #expect(two.telemetry.takenUpCount <= two.telemetry.branchTokenCount)
    #expect(two.telemetry.targetPassCount < one.telemetry.targetPassCount)
  }

  @Test(
    "writes the target's text whatever the mode and the number of first tokens",
    arguments: [
      DecodingMode.lockstepPEARL(draftLength: 1), .lockstepPEARL(draftLength: 5), .freeRunningPEARL,
      .automatic,
    ],
    2...4)
  func exact(mode: DecodingMode, candidateCount: Int) throws {
    for sampling in [SamplingParameters.greedy, try SamplingParameters(temperature: 0.9, seed: 4)] {
      let outcome = try generate(candidateCount: candidateCount, sampling: sampling, mode: mode)
      #expect(outcome.tokens == outcome.expected)
    }
  }

  @Test("takes branches up with the papers' rule, too")
  func rejection() throws {
    let outcome = try generate(
      candidateCount: 3, verification: .rejection, sampling: SamplingParameters(temperature: 0.8, seed: 9))
    #expect(outcome.tokens.count == 120)
    #expect(outcome.telemetry.takenUpCount > 5)
  }

  @Test("has no branches without a lane of its own")
  func noLane() throws {
    let outcome = try generate(candidateCount: 4, lane: nil)
    #expect(outcome.tokens == outcome.expected)
    #expect(outcome.telemetry.branchTokenCount == 0)
  }
}
