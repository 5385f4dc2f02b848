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
    for _ in 0..<40 { costs.observeDraft(seconds: 0.0021, isOverlapped: false) }
    #expect(abs(try #require(costs.draft) - 0.0021) < 1e-4)
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
