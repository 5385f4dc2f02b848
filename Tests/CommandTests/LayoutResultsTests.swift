import CoreLayouts
import Foundation
import TestSupport
import Testing
import Topology

@testable import nacre

@Suite("Results of nacre bench layouts")
struct LayoutResultsTests {
  @Test(
    "quartiles lie between neighbours",
    arguments: [
      ([3.0], 3.0, 3.0, 3.0), ([4, 1], 1.75, 2.5, 3.25), ([5, 1, 3], 2, 3, 4), ([1, 2, 3, 4, 100], 2, 3, 4),
    ])
  func quartiles(values: [Double], lower: Double, median: Double, upper: Double) {
    let spread = Spread(values)
    #expect((spread.lowerQuartile, spread.median, spread.upperQuartile) == (lower, median, upper))
    #expect(spread.values == values)
  }

  @Test(
    "the axis has a few round steps up to the largest value",
    arguments: [0.07, 0.9, 1, 3.3, 10, 47.2, 99, 100, 12345])
  func axis(maximum: Double) {
    let axis = ChartAxis(maximum: maximum, start: 10, length: 100)
    #expect((4...11).contains(axis.ticks.count))
    #expect(axis.maximum >= maximum && axis.maximum < maximum * 1.5)
    #expect(axis.position(0) == 10 && axis.position(axis.maximum) == 110)
    #expect(Set(axis.ticks.map(axis.label)).count == axis.ticks.count)
  }

  @Test("a case that is measured again has the same place; the fastest is the best")
  func best() {
    let results = Self.sample
    #expect(results.best?.case.modeText == "pearl 4")
    #expect(results.byLayout.map(\.layout) == ["target=0-1", "target=0,draft=1"])
    let wanted = LayoutCase(layout: "target=0,draft=1", mode: .sd, draftLength: 4)
    #expect(results.result(of: wanted)?.tokensPerSecond.median == 30)
    #expect(results.result(of: LayoutCase(layout: "target=0,draft=1", mode: .sd, draftLength: 8)) == nil)
  }

  @Test("JSON holds everything")
  func json() throws {
    let text = try jsonText(Self.sample)
    #expect(try JSONDecoder().decode(LayoutResults.self, from: Data(text.utf8)) == Self.sample)
  }

  @Test("fields of CSV with commas or quotes are quoted")
  func csv() {
    var results = Self.sample
    let lines = results.csv.components(separatedBy: "\r\n")
    #expect(lines.count == 5 && lines[4].isEmpty)
    #expect(lines[0].hasPrefix("layout,mode,draft_length,tokens_per_second,"))
    #expect(lines[1].hasPrefix("target=0-1,ar,,10.0,"))
    #expect(lines[2].hasPrefix("\"target=0,draft=1\",sd,4,30.0,"))
    results.cases = [Self.result("a\"b", .ar, nil, 1)]
    #expect(results.csv.contains("\r\n\"a\"\"b\",ar,"))
  }

  @Test("the table and the picture mark the best case, once")
  func marks() {
    for text in [Self.sample.table, LayoutChart.svg(Self.sample)] {
      #expect(text.split(separator: "★").count == 2)
    }
    #expect(
      Self.sample.table.hasSuffix("--layout target=0,draft=1 --mode pearl --draft-length 4, 40.0 tokens/s"))
  }

  @Test("the picture is XML whatever the names are")
  func picture() throws {
    var results = Self.sample
    results.cases.append(Self.result("<a> & \"b\" \u{1}é", .sd, 2, 3))
    let svg = LayoutChart.svg(results)
    #expect(svg.contains(">&lt;a&gt; &amp; &quot;b&quot; \u{FFFD}é</text>"))
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    // One bar per case, three of the legend, one background.
    #expect(svg.components(separatedBy: "<rect ").count - 1 == results.cases.count + 3 + 1)
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test("each arrangement has the modes that make sense there")
  func cases() {
    let layouts: [CoreLayout] = [.target([0, 1]), .shared([0, 1]), .apart(target: [0], draft: [1])]
    let cases = LayoutCase.cases(on: layouts, modes: Set(ModeName.allCases), draftLengths: [2, 4])
    #expect(
      cases.map { "\($0.layout) \($0.modeText)" } == [
        "target=0-1 ar", "shared=0-1 sd 2", "shared=0-1 sd 4", "target=0,draft=1 sd 2",
        "target=0,draft=1 sd 4",
        "target=0,draft=1 pearl 2", "target=0,draft=1 pearl 4",
      ])
    #expect(LayoutCase.cases(on: layouts, modes: [.ar], draftLengths: [2]).count == 1)
  }

  @Test("results of another machine, model or text are not taken")
  func conditions() throws {
    let directory = try TemporaryDirectory()
    let files = LayoutResultFiles(directory.file("sweep.json").string)
    try files.write(Self.sample)
    #expect(try directory.fileNames == ["sweep.csv", "sweep.json", "sweep.svg"])
    #expect(throws: (any Error).self) { try files.checkAbsent() }
    #expect(try files.load(Self.sample.conditions) == Self.sample)
    let other = Self.conditions(machine: "other")
    #expect(throws: (any Error).self) { try files.load(other) }
    #expect(Self.sample.conditions.differences(from: other) == ["machine (here, now other)"])
    try directory.write(Array("{}".utf8), to: "sweep.json")
    #expect(throws: (any Error).self) { try files.load(Self.sample.conditions) }
  }

  static let sample: LayoutResults = {
    var results = LayoutResults(conditions: conditions(machine: "here"), date: "2026-01-02")
    results.lanes["target=0,draft=1"] = LaneCosts(
      targetPass: 0.02, bandwidthShare: 0.9, draftPass: 0.001, targetSlowdown: 0.1, draftSlowdown: 0.2)
    results.cases = [
      result("target=0-1", .ar, nil, 10), result("target=0,draft=1", .sd, 4, 30),
      result("target=0,draft=1", .pearl, 4, 40),
    ]
    return results
  }()

  private static func result(_ layout: String, _ mode: ModeName, _ length: Int?, _ speed: Double)
    -> LayoutCaseResult
  {
    LayoutCaseResult(
      case: LayoutCase(layout: layout, mode: mode, draftLength: length),
      tokensPerSecond: Spread([speed - 1, speed, speed + 2]), ratio: Spread([speed / 10]),
      acceptanceRate: mode == .ar ? nil : 0.7, tokensPerTargetPass: 2, wastedCount: 3, overlapShare: 0.5)
  }

  private static func conditions(machine: String) -> LayoutResults.Conditions {
    LayoutResults.Conditions(
      machineIdentity: machine, processorName: "A <fast> processor", kernelLevel: "x86-64-v4",
      target: .init(path: "/models/big.gguf", byteCount: 9, fingerprint: "1"),
      draft: .init(path: "small.gguf", byteCount: 3, fingerprint: "2"), textFingerprint: "3",
      maximumTokenCount: 64, rounds: 3, kvType: "f16")
  }
}
