import Testing

@testable import nacre

@Suite("What runs would have taken at equal passes")
struct TypicalPassesTests {
  private static func run(
    _ seconds: Double, passes: [Int: (Int, Double)], drafts: (Int, Double) = (0, 0), overlapped: Double = 0
  ) -> EvalResults.Run {
    EvalResults.Run(
      tokenCount: 10, seconds: seconds, prefillSeconds: 0, drafted: 0, tested: 0, accepted: 0,
      targetPasses: passes.values.reduce(0) { $0 + $1.0 }, overlappedSeconds: overlapped,
      passesByRows: passes.mapValues { .init(count: $0.0, seconds: $0.1) },
      draftPasses: .init(count: drafts.0, seconds: drafts.1), stopReason: "")
  }

  private static func prompt(_ runs: [EvalResults.Run]) -> EvalResults.Prompt {
    EvalResults.Prompt(
      name: "", category: nil, fingerprint: "", tokenCount: 1, runs: runs.map { [$0] })
  }

  /// The same choices in a good and in a bad second: 2 + 4 seconds for two passes, 1 + 2 for two drafts.
  private static let lucky = run(3.5, passes: [3: (1, 2)], drafts: (1, 1))
  private static let unlucky = run(6.5, passes: [3: (1, 4)], drafts: (1, 2))

  @Test("the same choices take the same time; what is no pass stays as it was")
  func sameChoices() {
    let typical = TypicalPasses([Self.prompt([Self.lucky, Self.unlucky])]) { _ in true }
    #expect(typical.seconds(of: Self.lucky) == 5.0)
    #expect(typical.seconds(of: Self.unlucky) == 5.0)
  }

  @Test("other choices do not")
  func otherChoices() {
    let wider = Self.run(9, passes: [3: (2, 8), 1: (1, 1)])
    let typical = TypicalPasses([Self.prompt([Self.lucky, wider])]) { _ in true }
    // Three passes of three rows took 10 seconds.
    #expect(typical.seconds(of: wider).map { abs($0 - 23.0 / 3) < 1e-9 } == true)
    #expect(typical.seconds(of: Self.lucky).map { abs($0 - 29.0 / 6) < 1e-9 } == true)
  }

  @Test("passes on other cores, and those beside the other model's, are of another kind")
  func otherKinds() {
    let beside = Self.run(8, passes: [3: (1, 7)], overlapped: 1)
    let prompts = [Self.prompt([Self.lucky, Self.unlucky, beside])]
    #expect(TypicalPasses(prompts) { $0 != 1 }.seconds(of: Self.lucky) == Self.lucky.seconds)
    #expect(TypicalPasses(prompts) { _ in true }.seconds(of: Self.lucky) == 5)
    #expect(TypicalPasses(prompts) { _ in true }.seconds(of: beside) == nil)
    #expect(TypicalPasses(prompts) { $0 == 2 }.seconds(of: Self.lucky) == nil)
  }
}
