import Decoding
import TestSupport
import Testing

@testable import nacre

/// Rounds of a mode with drawn verdicts and a clock, without any formula.
private struct Rounds {
  var mode: DecodingMode
  var acceptance: Double
  var costs: PassCosts
  var random = SeededGenerator(seed: 7)

  mutating func tokensPerSecond(roundCount: Int) -> Double {
    var (tokenCount, seconds, pendingCount) = (0, 0.0, 0)
    var steps: [Int: Double] = [:]
    for _ in 0..<roundCount {
      switch mode {
      case .speculative(let draftLength):
        seconds += Double(draftLength) * costs.draft! + costs.target[draftLength + 1]!
        tokenCount += acceptedCount(of: draftLength) + 1
      case .lockstepPEARL(let draftLength):
        let rowCount = pendingCount + 1
        if steps[rowCount] == nil {
          steps[rowCount] = stepSeconds(rowCount: rowCount, draftLength: draftLength)
        }
        seconds += steps[rowCount]!
        let accepted = acceptedCount(of: rowCount)
        tokenCount += min(accepted + 1, rowCount)
        pendingCount = accepted == rowCount ? draftLength - 1 : 0
      default:
        tokenCount += 1
        seconds += costs.target[1]!
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
  func stepSeconds(rowCount: Int, draftLength: Int) -> Double {
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
    targetBesideDraft: [1: 0.025, 2: 0.026, 4: 0.0282, 8: 0.031], draftBesideTarget: 0.004)

  @Test("is what drawn rounds come to", arguments: [1, 2, 4, 8], [0, 0.4, 0.8, 1])
  func drawn(draftLength: Int, acceptance: Double) throws {
    for mode in [
      DecodingMode.autoregressive, .speculative(draftLength: draftLength),
      .lockstepPEARL(draftLength: draftLength),
    ] {
      let promised = try #require(
        SpeedModel.tokensPerSecond(mode, acceptance: acceptance, costs: Self.costs))
      var rounds = Rounds(mode: mode, acceptance: acceptance, costs: Self.costs)
      let drawn = rounds.tokensPerSecond(roundCount: 20_000)
      #expect(abs(promised / drawn - 1) < 0.02, "\(mode): \(promised), \(drawn)")
    }
  }

  @Test("models that take turns add their times")
  func inTurn() throws {
    let costs = PassCosts(target: [1: 0.5, 2: 0.75], draft: 0.125)
    let promised = try #require(
      SpeedModel.tokensPerSecond(.lockstepPEARL(draftLength: 2), acceptance: 1, costs: costs))
    #expect(abs(promised - 2) < 0.01)
  }

  @Test("modes that choose are promised the best choice, and where there are no lanes, none that needs them")
  func choices() throws {
    let promised = { (mode: DecodingMode, costs: PassCosts) in
      try #require(SpeedModel.tokensPerSecond(mode, acceptance: 0.8, costs: costs))
    }
    var inTurn = Self.costs
    (inTurn.targetBesideDraft, inTurn.draftBesideTarget) = ([:], nil)
    for costs in [Self.costs, inTurn] {
      let automatic = try promised(.automatic, costs)
      for length in [1, 2, 3, 4, 7, 8] {
        #expect(automatic >= (try promised(.speculative(draftLength: length), costs)) * 0.999)
      }
      #expect(try automatic >= promised(.autoregressive, costs))
    }
    #expect(try promised(.automatic, Self.costs) >= promised(.freeRunningPEARL, Self.costs))
    // Drafting before a pass is all that is left of it.
    #expect(
      try promised(.freeRunningPEARL, inTurn)
        == (1...16).map { try promised(.speculative(draftLength: $0), inTurn) }.max())
    // A draft that is always rejected is best left alone.
    #expect(SpeedModel.tokensPerSecond(.automatic, acceptance: 0, costs: Self.costs) == 50)
  }

  @Test("what was not measured is not promised")
  func unknown() {
    let modes: [(DecodingMode, [Int])] = [
      (.autoregressive, [1]), (.speculative(draftLength: 4), [5]), (.lockstepPEARL(draftLength: 4), [1, 4]),
      (.freeRunningPEARL, [1, 2, 3, 4, 6, 8, 12, 17]), (.automatic, [1, 2, 3, 4, 6, 8, 12, 17]),
    ]
    for (mode, rowCounts) in modes {
      #expect(SpeedModel.tokensPerSecond(mode, acceptance: 0.5, costs: PassCosts()) == nil)
      #expect(SpeedModel.rowCounts(mode) == rowCounts)
    }
    let draftless = SpeedModel.tokensPerSecond(
      .speculative(draftLength: 2), acceptance: nil, costs: Self.costs)
    #expect(draftless == nil)
  }
}
