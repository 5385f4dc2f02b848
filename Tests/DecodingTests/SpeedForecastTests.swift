import Decoding
import TestSupport
import Testing

@Suite("The forecast of speeds")
struct SpeedForecastTests {
  /// A pair whose passes cost what they are told to.
  private struct Lanes {
    var acceptance: Double
    var draft = 1.0
    var targetSlowdown = 1.0
    var draftSlowdown = 1.0
    var random = SeededGenerator(seed: 7)

    /// T(m): flat, then steeper.
    func pass(_ rows: Int) -> Double { 8 + 0.2 * Double(rows) }

    var costs: CostModel {
      var costs = CostModel()
      for rows in 1...40 { costs.set(secondsPerPass: pass(rows), rows: rows) }
      costs.set(secondsPerDraftedToken: draft)
      costs.set(
        targetSlowdown: targetSlowdown, wideTargetSlowdown: targetSlowdown, draftSlowdown: draftSlowdown)
      return costs
    }

    mutating func accepts() -> Bool { Double.random(in: 0..<1, using: &random) < acceptance }

    /// Tokens that a pass commits whose rows all have something to test; whether all accepted.
    mutating func judge(rows: Int) -> (tokens: Int, isThrough: Bool) {
      for row in 0..<rows where !accepts() { return (row + 1, false) }
      return (rows, true)
    }

    /// Tokens per second of many drawn rounds of plain speculation.
    mutating func speculative(draftLength: Int) -> Double {
      var (tokens, seconds) = (0, 0.0)
      for _ in 0..<10_000 {
        let judged = judge(rows: draftLength)
        tokens += judged.isThrough ? draftLength + 1 : judged.tokens
        seconds += Double(draftLength) * draft + pass(draftLength + 1)
      }
      return Double(tokens) / seconds
    }

    /// Tokens per second of many drawn passes with a draft that never pauses but for its limit.
    mutating func freeRunning(waiting: Int, ahead: Int) -> Double {
      var (tokens, seconds, rows, isNew) = (0, 0.0, 1, true)
      for _ in 0..<10_000 {
        if isNew {
          seconds += Double(waiting) * draft
          rows = waiting + 1
        }
        // Little steps of time: while the draft computes both are slower.
        let step = draft * draftSlowdown
        var (time, work, drafted) = (0.0, pass(rows), 0)
        while work > 0 || drafted == 0 {
          if drafted < ahead {
            let share = min(1, work * targetSlowdown / step)
            // A token that is not ready when the pass ends is not there to be tested, but for the first.
            if share < 1 && drafted > 0 {
              time += work * targetSlowdown
              work = 0
            } else {
              time += step
              work -= step / targetSlowdown
              drafted += 1
            }
          } else {
            time += work
            work = 0
          }
        }
        seconds += time
        let judged = judge(rows: rows)
        tokens += judged.tokens
        isNew = !judged.isThrough
        rows = drafted
      }
      return Double(tokens) / seconds
    }
  }

  @Test("is that of many drawn rounds of speculation", arguments: [0.0, 0.5, 0.9, 0.99], [1, 2, 5, 16])
  func speculation(acceptance: Double, draftLength: Int) throws {
    var lanes = Lanes(acceptance: acceptance)
    let forecast = SpeedForecast(acceptance: acceptance, costs: lanes.costs)
    let expected = try #require(forecast.speculative(draftLength: draftLength))
    #expect(abs(lanes.speculative(draftLength: draftLength) / expected - 1) < 0.04)
  }

  @Test(
    "is that of many drawn passes beside a draft, whatever they cost each other",
    arguments: [0.0, 0.6, 0.9, 0.99], [1.0, 1.4, 2.0])
  func freeRunning(acceptance: Double, slowdown: Double) throws {
    for (waiting, ahead, draft) in [(0, 4, 1.0), (2, 16, 1.0), (1, 3, 12.0), (5, 8, 0.1)] {
      var lanes = Lanes(
        acceptance: acceptance, draft: draft, targetSlowdown: slowdown, draftSlowdown: 1 + (slowdown - 1) / 2)
      let forecast = SpeedForecast(acceptance: acceptance, costs: lanes.costs)
      let expected = try #require(forecast.freeRunning(waiting: waiting, ahead: ahead))
      let drawn = lanes.freeRunning(waiting: waiting, ahead: ahead)
      // The forecast takes every pass after the first for the second one's like.
      #expect(abs(drawn / expected - 1) < 0.08, "\(waiting) \(ahead) \(draft): \(drawn), \(expected)")
    }
  }

  @Test("knows nothing before anything was measured, and the best of what it knows")
  func best() throws {
    let unknown = SpeedForecast(acceptance: 0.5, costs: CostModel())
    #expect(unknown.autoregressive == nil && unknown.bestSpeculative(upTo: 4) == nil)
    #expect(unknown.bestFreeRunning(upTo: 4) == nil)
    let forecast = SpeedForecast(acceptance: 0.8, costs: Lanes(acceptance: 0.8).costs)
    let best = try #require(forecast.bestSpeculative(upTo: 16))
    #expect((1...16).allSatisfy { forecast.speculative(draftLength: $0)! <= best.tokensPerSecond })
    let free = try #require(forecast.bestFreeRunning(upTo: 16))
    #expect(free.tokensPerSecond > best.tokensPerSecond)
  }

  @Test("where models take turns nobody drafts while the target computes, and times add up")
  func turns() throws {
    var costs = Lanes(acceptance: 0.7).costs
    let together = try #require(SpeedForecast(acceptance: 0.7, costs: costs).lockstep(draftLength: 4))
    costs.takesTurns = true
    let forecast = SpeedForecast(acceptance: 0.7, costs: costs)
    #expect(forecast.bestFreeRunning(upTo: 16) == nil)
    #expect(try #require(forecast.lockstep(draftLength: 4)) < together)
    var policy = FreeRunningPolicy()
    let action = policy.next(RoundView(pendingCount: 0, draftRoom: 32), costs: costs)
    #expect(action == .draft(try #require(forecast.bestSpeculative(upTo: 16)).draftLength * 2 + 2))
    #expect(policy.next(RoundView(pendingCount: 3, draftRoom: 32), costs: costs) == .verify)
  }
}
