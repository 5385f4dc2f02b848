import TestSupport
import Testing

@testable import nacre

/// Rounds of a mode with drawn verdicts and a clock, without any formula.
private struct Rounds {
  var mode: ModeName
  var draftLength: Int
  var acceptance: Double
  var costs: PassCosts
  var random = SeededGenerator(seed: 7)

  mutating func tokensPerSecond(roundCount: Int) -> Double {
    var (tokenCount, seconds, pendingCount) = (0, 0.0, 0)
    var steps: [Int: Double] = [:]
    if mode == .pearl {
      for rowCount in [1, draftLength] { steps[rowCount] = stepSeconds(rowCount: rowCount) }
    }
    for _ in 0..<roundCount {
      switch mode {
      case .ar:
        tokenCount += 1
        seconds += costs.target[1]!
      case .sd:
        seconds += Double(draftLength) * costs.draft! + costs.target[draftLength + 1]!
        tokenCount += acceptedCount(of: draftLength) + 1
      case .pearl:
        let rowCount = pendingCount + 1
        seconds += steps[rowCount]!
        let accepted = acceptedCount(of: rowCount)
        tokenCount += min(accepted + 1, rowCount)
        pendingCount = accepted == rowCount ? draftLength - 1 : 0
      }
    }
    return Double(tokenCount) / seconds
  }

  private mutating func acceptedCount(of testedCount: Int) -> Int {
    var count = 0
    while count < testedCount, Double.random(in: 0..<1, using: &random) < acceptance { count += 1 }
    return count
  }

  /// Both lanes, moved on in small steps of time.
  func stepSeconds(rowCount: Int) -> Double {
    var (target, draft, time) = (0.0, 0.0, 0.0)
    let tick = costs.target[rowCount]! / 2000
    let drafting = Double(draftLength)
    while target < 1 || draft < drafting {
      let isAlone = target >= 1 || draft >= drafting
      if target < 1 { target += tick / (isAlone ? costs.target : costs.targetBesideDraft)[rowCount]! }
      if draft < drafting { draft += tick / (isAlone ? costs.draft! : costs.draftBesideTarget!) }
      time += tick
    }
    return time
  }
}

@Suite("The speed that formulas promise")
struct SpeedModelTests {
  private static let costs = PassCosts(
    target: [1: 0.020, 2: 0.021, 3: 0.022, 4: 0.023, 5: 0.024, 8: 0.026, 9: 0.028], draft: 0.003,
    targetBesideDraft: [1: 0.025, 2: 0.026, 4: 0.027, 8: 0.031], draftBesideTarget: 0.004)

  @Test(
    "is what drawn rounds come to", arguments: ModeName.allCases, [0, 0.4, 0.8, 1])
  func drawn(mode: ModeName, acceptance: Double) throws {
    for draftLength in [1, 2, 4, 8] {
      let promised = try #require(
        SpeedModel.tokensPerSecond(
          mode, draftLength: mode == .ar ? nil : draftLength, acceptance: mode == .ar ? nil : acceptance,
          costs: Self.costs))
      var rounds = Rounds(
        mode: mode, draftLength: draftLength, acceptance: acceptance, costs: Self.costs)
      let drawn = rounds.tokensPerSecond(roundCount: mode == .pearl ? 300 : 20_000)
      #expect(
        abs(promised / drawn - 1) < (mode == .pearl ? 0.06 : 0.02), "\(draftLength): \(promised), \(drawn)")
    }
  }

  @Test("a step is over when both lanes are done; what is left of one runs alone", arguments: [1, 2, 4, 8])
  func step(rowCount: Int) throws {
    for draftLength in [1, 3, 6, 20] {
      let rounds = Rounds(mode: .pearl, draftLength: draftLength, acceptance: 0, costs: Self.costs)
      let promised = try #require(Self.costs.step(rows: rowCount, draftCount: draftLength))
      #expect(abs(promised / rounds.stepSeconds(rowCount: rowCount) - 1) < 2e-3)
    }
  }

  @Test("models that take turns add their times")
  func inTurn() {
    let costs = PassCosts(target: [1: 0.5, 2: 0.75], draft: 0.125)
    #expect(costs.step(rows: 2, draftCount: 2) == 1)
    #expect(costs.step(rows: 3, draftCount: 2) == nil)
    #expect(
      SpeedModel.tokensPerSecond(.pearl, draftLength: 2, acceptance: 1, costs: costs) == 2)
  }

  @Test("what was not measured is not promised")
  func unknown() {
    let empty = PassCosts(target: [:])
    for mode in ModeName.allCases {
      #expect(SpeedModel.tokensPerSecond(mode, draftLength: 2, acceptance: 0.5, costs: empty) == nil)
      #expect(
        SpeedModel.rowCounts(mode, draftLength: 4) == [.ar: [1], .sd: [5], .pearl: [1, 4]][mode])
    }
    #expect(SpeedModel.tokensPerSecond(.sd, draftLength: 2, acceptance: nil, costs: Self.costs) == nil)
  }
}
