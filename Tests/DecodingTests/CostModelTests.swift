import Testing

@testable import Decoding

@Suite("What passes cost")
struct CostModelTests {
  /// Target passes as they are: `milliseconds` by rows, `count` of each in turn.
  private func observe(_ milliseconds: [Int: Double], count: Int, in costs: inout CostModel) {
    for _ in 0..<count {
      for (rows, time) in milliseconds.sorted(by: { $0.key < $1.key }) {
        costs.observePass(rows: rows, seconds: time / 1000, overlap: 0)
      }
    }
  }

  private func measured(_ milliseconds: [Int: Double]) -> CostModel {
    var costs = CostModel()
    for (rows, time) in milliseconds { costs.set(secondsPerPass: time / 1000, rows: rows) }
    return costs
  }

  private func time(_ costs: CostModel, _ rows: Int) -> Double { (costs.verify(rows: rows) ?? 0) * 1000 }

  @Test("is learnt where the measurement at load was wrong, by the number of rows")
  func shape() {
    var costs = measured([1: 7, 4: 8, 8: 13, 16: 20])
    observe([1: 9, 4: 10.5, 16: 17], count: 40, in: &costs)
    #expect(abs(time(costs, 1) - 9) < 0.5 && abs(time(costs, 4) - 10.5) < 0.6)
    #expect(abs(time(costs, 16) - 17) < 1)
  }

  @Test("changes for few rows alike where memory gets slower, and less for many")
  func level() {
    var costs = measured([1: 7, 2: 7.2, 4: 8, 16: 20])
    observe([2: 10], count: 30, in: &costs)
    #expect(abs(time(costs, 2) - 10) < 0.5)
    #expect(time(costs, 1) > 8.8 && time(costs, 4) > 9.8 && time(costs, 16) < 22)
    observe([1: 7, 2: 7.2], count: 60, in: &costs)
    #expect(abs(time(costs, 1) - 7) < 0.5 && abs(time(costs, 2) - 7.2) < 0.5)
  }

  @Test("a drafted token gets slower with passes of few rows, also while nobody drafts")
  func draftLevel() throws {
    var costs = measured([1: 10, 4: 11])
    costs.set(secondsPerDraftedToken: 0.002)
    for _ in 0..<40 { costs.observePass(rows: 1, seconds: 0.015, overlap: 0) }
    #expect(try #require(costs.draft) > 0.0026)
    for _ in 0..<40 { costs.observeDraft(seconds: 0.0021, isFirst: false, isOverlapped: false) }
    #expect(abs(try #require(costs.draft) - 0.0021) < 1e-4)
  }

  @Test("of a number of rows is soon found out where it was measured wrongly and others are known well")
  func wrongAtLoad() {
    var costs = measured([1: 7, 2: 7.2, 3: 11, 4: 12])
    observe([2: 7.2], count: 40, in: &costs)
    observe([3: 7.8], count: 3, in: &costs)
    #expect(time(costs, 3) < 8.4 && abs(time(costs, 2) - 7.2) < 0.3)
  }

  @Test("a chain's first token may take longer, which says nothing about the next ones")
  func firstToken() throws {
    var costs = measured([1: 10, 4: 11])
    costs.set(secondsPerDraftedToken: 0.001)
    for _ in 0..<40 {
      costs.observeDraft(seconds: 0.004, isFirst: true, isOverlapped: false)
      costs.observeDraft(seconds: 0.0012, isFirst: false, isOverlapped: false)
      costs.observeDraft(seconds: 0.009, isFirst: true, isOverlapped: true)
    }
    #expect(abs(try #require(costs.draft) - 0.0012) < 1e-4)
    #expect(abs(costs.firstDraftExtra - 0.0028) < 3e-4 && costs.draftSlowdown.value == 1)
    let forecast = SpeedForecast(acceptance: 0, costs: costs)
    // 2 · 1.2 ms, 2.8 ms more for the first, and T(3).
    #expect(abs(try #require(forecast.speculative(draftLength: 2)) - 1 / 0.01587) < 1)
    // Interrupted.
    for _ in 0..<40 { costs.observeDraft(seconds: 1, isFirst: true, isOverlapped: false) }
    #expect(costs.firstDraftExtra < 0.025)
  }

  @Test("is no less for fewer rows than what was seen for more; one odd pass changes little")
  func disturbed() {
    var costs = measured([1: 10, 4: 18, 8: 12])
    #expect(time(costs, 4) <= 12.001)
    observe([1: 10], count: 40, in: &costs)
    observe([1: 500], count: 1, in: &costs)
    #expect(time(costs, 1) < 12)
  }
}
