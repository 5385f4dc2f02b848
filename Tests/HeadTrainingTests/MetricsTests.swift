import Foundation
import TestSupport
import Testing

@testable import HeadTraining

@Suite struct MetricsTests {
  @Test("the rank statistic is the share of ordered pairs, ties counting half", arguments: 0..<6)
  func area(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let isHard = seed < 3
    let labels = (0..<80).map { _ in
      isHard ? Float(Bool.random(using: &random) ? 1 : 0) : Float.random(in: 0...1, using: &random)
    }
    // Few different scores: many ties.
    let scores = labels.map { _ in Float(Int.random(in: 0..<(isHard ? 7 : 40), using: &random)) / 40 }
    var (sum, weight) = (0.0, 0.0)
    for (score, label) in zip(scores, labels) {
      for (other, otherLabel) in zip(scores, labels) {
        let pair = Double(label) * (1 - Double(otherLabel))
        weight += pair
        sum += pair * (score > other ? 1 : score == other ? 0.5 : 0)
      }
    }
    #expect(abs(try #require(RankStatistic.area(scores: scores, labels: labels)) - sum / weight) < 1e-9)
  }

  @Test("without accepted or without rejected tokens there is no rank statistic")
  func oneSide() {
    #expect(RankStatistic.area(scores: [0.1, 0.2], labels: [1, 1]) == nil)
    #expect(RankStatistic.area(scores: [0.1, 0.2], labels: [0, 0]) == nil)
    #expect(RankStatistic.area(scores: [], labels: []) == nil)
    #expect(RankStatistic.area(scores: [0.1, 0.2], labels: [0, 1]) == 1)
  }

  @Test("calibration compares the means of each tenth")
  func calibration() {
    let result = Calibration(probabilities: [0, 0.05, 0.1, 0.95, 1], labels: [0.5, 0, 0.1, 1, 0.5])
    #expect(result.bins.map(\.count) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2])
    #expect(abs(result.bins[0].meanPrediction - 0.025) < 1e-7)
    #expect(abs(result.bins[0].meanLabel - 0.25) < 1e-7)
    // 2/5 · 0.225 + 1/5 · 0 + 2/5 · 0.225
    #expect(abs(result.expectedError - 0.18) < 1e-7)
  }

  @Test("a fixed length is worth what enumeration says")
  func fixedLength() {
    // Two positions; the second round begins at position 1 after a rejection, and behind the text else.
    let estimate = SpeedEstimate(probabilities: [[0.5, 0.5]], labels: [[0.8, 0.3]])
    let c = 10.0
    let one = (1.8 + 0.2 * 1.3) / ((1 + c) * 1.2) * c
    #expect(abs(estimate.speed(fixedLength: 1, costRatio: c) - one) < 1e-6)
    let two = (1 + 0.8 + 0.8 * 0.3 + 0.2 * 1.3) / ((2 + c) + 0.2 * (1 + c)) * c
    #expect(abs(estimate.speed(fixedLength: 2, costRatio: c) - two) < 1e-6)
    #expect(estimate.bestFixedLength(costRatio: c).length == (one > two ? 1 : 2))
  }

  @Test("drafting stops once the chance of a rejection is known to be above the threshold")
  func threshold() {
    let text: [Float] = [0.9, 0.9, 0.9, 0.9, 0.9, 0.9]
    // All is accepted, so a round of n tokens brings n + 1; rounds begin behind each other.
    let estimate = SpeedEstimate(probabilities: [text], labels: [[1, 1, 1, 1, 1, 1]])
    // 1 − 0.9 > 0.05: two tokens per round, the second without a prediction. Three tokens come of each round.
    #expect(estimate.speed(stopThreshold: 0.05, costRatio: 3) == 6 / 10.0 * 3)
    // 1 − 0.81 > 0.15: three tokens; the second round begins at 4 and has two tokens.
    #expect(estimate.speed(stopThreshold: 0.15, costRatio: 3) == 7 / 11.0 * 3)
    // Never: all six at once.
    #expect(estimate.speed(stopThreshold: 0.9, costRatio: 3) == 7 / 9.0 * 3)
  }
}
