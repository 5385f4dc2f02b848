import Foundation
import TestSupport
import Testing

@testable import nacre

@Suite("What results of nacre eval come to")
struct EvalSummaryTests {
  private typealias Results = EvalResults

  private static let contestants = [
    Contestant.targetAlone, Contestant(kind: "sd", draftLength: 2, isSwept: true),
    Contestant(kind: "sd", draftLength: 4, isSwept: true),
    Contestant(kind: "pearl", draftLength: 4, isSwept: false),
  ]

  private static func run(
    _ tokens: Int, _ seconds: Double, _ counts: (Int, Int, Int) = (0, 0, 0), passes: Int = 8
  )
    -> Results.Run
  {
    Results.Run(
      tokenCount: tokens, seconds: seconds, prefillSeconds: 0.5, drafted: counts.0, tested: counts.1,
      accepted: counts.2, targetPasses: passes, overlappedSeconds: seconds / 4, stopReason: "maxTokens")
  }

  private static let sample: Results = {
    let conditions = MeasurementConditions(
      machineIdentity: "here", processorName: "A <fast> processor", kernelLevel: "x86-64-v4",
      target: .init(path: "/models/big.gguf", byteCount: 9, fingerprint: "1"),
      draft: .init(path: "small.gguf", byteCount: 3, fingerprint: "2"), textFingerprint: "3",
      maximumTokenCount: 64, rounds: 3, kvType: "f16")
    var results = Results(
      conditions: conditions, date: "2026-01-02", dataset: "/sets/code.jsonl", contestants: contestants,
      layouts: ["ar": "target=0-1", "sd": "shared=0-1", "pearl": "target=0,draft=1"],
      passes: [
        "ar": PassCosts(target: [1: 0.1]), "sd": PassCosts(target: [3: 0.125, 5: 0.15], draft: 0.0625),
      ], leftOut: ["line 9 (\u{1b}x)"])
    results.prompts = [
      Results.Prompt(
        name: "a", category: nil, fingerprint: "f1", tokenCount: 11,
        runs: [
          // Medians of three: 2, 1, 1 and 0.5 seconds.
          [run(20, 9), run(20, 2), run(20, 1.5)],
          [run(20, 1, (10, 8, 6)), run(20, 1, (10, 8, 6)), run(20, 1)],
          [run(20, 1), run(20, 1), run(20, 1)], [run(20, 0.5), run(20, 0.5), run(20, 0.5)],
        ]),
      Results.Prompt(
        name: "b", category: "c", fingerprint: "f2", tokenCount: 1,
        runs: [
          [run(40, 4), run(40, 4), run(40, 4)], [run(40, 2), run(40, 2), run(40, 2)],
          [run(40, 3), run(40, 3), run(40, 3)], [run(40, 8), run(40, 8), run(40, 8)],
        ]),
    ]
    return results
  }()

  @Test("rates are all tokens over all seconds, prompts count with their median time")
  func rates() {
    let rows = EvalSummary(Self.sample).rows
    let pearl = 60 / 8.5
    #expect(rows.map(\.tokensPerSecond) == [10, 20, 15, pearl])
    #expect(rows.map(\.speedup) == [1, 2, 1.5, pearl / 10])
    #expect(rows.map(\.speedupOverBestSD) == [0.5, 1, 0.75, pearl / 20])
    #expect(rows[3].promptTokensPerSecond.values == [40, 5])
    #expect(rows[3].promptSpeedups.values == [4, 0.5])
    #expect(rows[2].promptSpeedups.values == [2, 40.0 / 3 / 10])
    #expect(rows.map(\.tokenCount) == [60, 60, 60, 60])
    #expect(rows.allSatisfy { $0.tokensPerTargetPass == 3.75 })
    #expect(rows[1].acceptanceRate == 0.75 && rows[1].wasteShare == 0.4)
    #expect(rows[0].acceptanceRate == nil && rows[0].wasteShare == nil)
    #expect(rows.allSatisfy { $0.overlapShare == 0.25 && $0.prefillTokensPerSecond == 10 })
    #expect(rows.map(\.layout) == ["target=0-1", "shared=0-1", "shared=0-1", "target=0,draft=1"])
  }

  @Test("what the model promises stands beside what came of it")
  func promises() {
    let rows = EvalSummary(Self.sample).rows
    #expect(rows[0].modelTokensPerSecond == 10 && rows[0].shareOfModel == 1)
    // 1 + α + α² tokens in two drafts and a pass.
    #expect(rows[1].modelTokensPerSecond == 9.25)
    #expect(rows[3].modelTokensPerSecond == nil && rows[3].shareOfModel == nil)
  }

  @Test("of draft lengths that were swept only the best is shown; all are written")
  func best() throws {
    let summary = EvalSummary(Self.sample)
    #expect(summary.shownRows.map(\.contestant.text) == ["ar", "sd:2", "pearl:4"])
    #expect(summary.best?.contestant.text == "sd:2")
    #expect(summary.choiceText == "best draft lengths: sd:2 of 2, 4; picked on these prompts, not before")
    #expect(summary.table.contains("sd:2 ★") && !summary.table.contains("sd:4"))
    #expect(summary.table.contains("line 9 (\\u{1B}x)"))
    let lines = summary.csv.components(separatedBy: "\r\n")
    #expect(lines.count == 6 && lines[3].hasPrefix("sd:4,sd,,,4,shared=0-1,60,15.0,"))
    let header = lines[0].split(separator: ",").count
    #expect(
      lines[1...3].allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == header })
    #expect(lines[4].hasPrefix("pearl:4,pearl,,,4,\"target=0,draft=1\",60,"))
    let svg = EvalChart.svg(summary)
    #expect(svg.contains(">sd:2</text>") && !svg.contains(">sd:4</text>") && svg.contains("A &lt;fast&gt;"))
    #expect(
      svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n") && !svg.contains("nan") && !svg.contains("inf"))
  }

  @Test("without speculation there is nothing to compare with")
  func withoutSD() {
    var results = Results(
      conditions: Self.sample.conditions, date: "", dataset: "x", contestants: [.targetAlone], layouts: [:],
      leftOut: [])
    results.prompts = [
      Results.Prompt(name: "", category: nil, fingerprint: "", tokenCount: 1, runs: [[Self.run(1, 1)]])
    ]
    let row = EvalSummary(results).rows[0]
    #expect(row.speedupOverBestSD == nil && row.prefillTokensPerSecond == nil)
    #expect(EvalSummary(results).choiceText == nil)
  }

  @Test("the report holds what --resume reads")
  func json() throws {
    let text = try jsonText(EvalReport(summary: EvalSummary(Self.sample)))
    #expect(try JSONDecoder().decode(Results.self, from: Data(text.utf8)) == Self.sample)
    let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect((object["rows"] as? [Any])?.count == 4)
    #expect(object["best"] as? [String] == ["ar", "sd:2", "pearl:4"])
  }

  @Test("only the same comparison of the same prompts goes on")
  func resume() throws {
    let sample = Self.sample
    func check(
      _ earlier: Results, _ fingerprints: [String] = ["f1", "f2", "f3"]
    ) throws(ResumeError) { try earlier.checkContinues(to: sample, fingerprints: fingerprints) }
    try check(sample)
    try check(sample, ["f1", "f2"])
    #expect(throws: ResumeError.otherPrompts) { try check(sample, ["f1"]) }
    #expect(throws: ResumeError.otherPrompts) { try check(sample, ["f1", "x", "f2"]) }
    func other(_ contestants: [Contestant], _ layouts: [String: String]) -> Results {
      Results(
        conditions: sample.conditions, date: "", dataset: "", contestants: contestants, layouts: layouts,
        leftOut: [])
    }
    #expect(throws: ResumeError.otherContestants) { try check(other([.targetAlone], sample.layouts)) }
    #expect(throws: ResumeError.otherLayouts(before: [:], now: sample.layouts)) {
      try check(other(sample.contestants, [:]))
    }
    var damaged = sample
    damaged.prompts = [
      Results.Prompt(name: "a", category: nil, fingerprint: "f1", tokenCount: 1, runs: [[Self.run(1, 1)]])
    ]
    #expect(throws: ResumeError.incompletePrompt) { try check(damaged) }
  }

  @Test("numbers in a row are written as ranges")
  func ranges() {
    #expect(NumberRuns.text([8, 2, 3, 1]) == "1..3, 8")
    #expect(NumberRuns.text([4]) == "4")
  }

  @Test("another text is told by its first other token")
  func differences() {
    let difference = { DifferentText($0, insteadOf: [1, 2, 3], prompt: "line 1", contestant: "sd:2") }
    #expect(difference([1, 2, 3]) == nil)
    #expect(
      difference([1, 5, 3])?.description
        == "line 1: sd:2 wrote another text than ar: token 1 is token 5, not token 2")
    #expect(difference([1, 2])?.description.hasSuffix("token 2 is the end, not token 3") == true)
    #expect(difference([1, 2, 3, 4])?.description.hasSuffix("token 3 is token 4, not the end") == true)
  }
}
