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

  @Test("the same choices take about the same time")
  func sameChoices() throws {
    let typical = try #require(TypicalPasses([Self.prompt([Self.lucky, Self.unlucky])]) { _ in true })
    for run in [Self.lucky, Self.unlucky] {
      #expect(try abs(#require(typical.seconds(of: run)) - 5) < 0.15)
    }
  }

  /// 1, 1.1, 1.2 … seconds for passes of 1, 2, 3 … rows and 0.2 for drafts, all `slowness` times as long.
  private static func run(rows: [Int: Int], drafts: Int, slowness: Double) -> EvalResults.Run {
    let passes = rows.map { rows, count in
      (rows, (count, Double(count) * (0.9 + 0.1 * Double(rows)) * slowness))
    }
    let draftSeconds = Double(drafts) * 0.2 * slowness
    let seconds = passes.reduce(draftSeconds) { $0 + $1.1.1 }
    return run(seconds, passes: Dictionary(uniqueKeysWithValues: passes), drafts: (drafts, draftSeconds))
  }

  @Test("a kind of passes that only runs at bad moments had is not taken for slow")
  func badMoments() throws {
    let one = { Self.run(rows: [5: 20], drafts: 80, slowness: $0) }
    let other = { Self.run(rows: [2: 2, 3: 6, 4: 4, 6: 6, 7: 2], drafts: 70, slowness: $0) }
    let (fast, slow) = (one(1), other(1.5))
    let typical = try #require(TypicalPasses([Self.prompt([fast, slow])]) { _ in true })
    let ratio = try #require(typical.seconds(of: slow)) / #require(typical.seconds(of: fast))
    // At the same moment; it looks 1.4 times as long.
    let truth = other(1).seconds / one(1).seconds
    #expect(abs(ratio / truth - 1) < 0.04 && slow.seconds / fast.seconds > 1.4 * truth)
    // All together nothing is made faster or slower.
    let sum = try #require(typical.seconds(of: slow)) + #require(typical.seconds(of: fast))
    #expect(abs(sum / (fast.seconds + slow.seconds) - 1) < 0.02)
  }

  @Test("first drafted tokens, which take longer, are not taken for a bad moment")
  func firstDrafts() throws {
    // The same passes in the same time; half as many drafts that take twice as long.
    let runs = [
      Self.run(14, passes: [4: (10, 10)], drafts: (20, 4)),
      Self.run(14, passes: [4: (10, 10)], drafts: (10, 4)),
    ]
    let typical = try #require(TypicalPasses([Self.prompt(runs)]) { _ in true })
    for run in runs { #expect(try abs(#require(typical.seconds(of: run)) - 14) < 1e-9) }
  }

  @Test("without passes nothing is typical, and of kinds that no run had nothing is said")
  func unknown() throws {
    #expect(TypicalPasses([Self.prompt([Self.run(1, passes: [:])])]) { _ in true } == nil)
    let typical = try #require(TypicalPasses([Self.prompt([Self.run(2, passes: [2: (1, 2)])])]) { _ in true })
    #expect(typical.seconds(of: Self.run(3, passes: [3: (1, 3)])) == nil)
    #expect(typical.seconds(of: Self.run(3, passes: [2: (1, 3)])).map { abs($0 - 2) < 1e-9 } == true)
  }

  @Test("passes on other cores, and those beside the other model's, are of another kind")
  func otherKinds() {
    let beside = Self.run(8, passes: [3: (1, 7)], overlapped: 1)
    let prompts = [Self.prompt([Self.lucky, Self.unlucky, beside])]
    func seconds(of run: EvalResults.Run, where isIncluded: (Int) -> Bool) -> Double? {
      TypicalPasses(prompts, where: isIncluded)?.seconds(of: run)
    }
    #expect(seconds(of: Self.lucky) { $0 != 1 }.map { abs($0 - Self.lucky.seconds) < 1e-9 } == true)
    #expect(seconds(of: Self.lucky) { _ in true }.map { abs($0 - 5) < 0.15 } == true)
    #expect(seconds(of: beside) { _ in true } == nil)
    #expect(seconds(of: Self.lucky) { $0 == 2 } == nil)
  }
}
