import Foundation
import TestSupport
import Testing

@testable import Sampling

@Suite("A softmax in three numbers")
struct SoftmaxSummaryTests {
  @Test("is that of the same logits in double precision", arguments: [1, 2, 15, 16, 17, 33, 4096])
  func reference(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    for spread in [Float(0.5), 12, 60] {
      var logits = (0..<count).map { _ in Float.random(in: -spread...spread, using: &generator) }
      // Tokens that must not come, one of them among the last ones that fill no vector.
      for index in [3, count - 1] where index > 0 && index < count { logits[index] = -.infinity }
      let summary = logits.withUnsafeBufferPointer { SoftmaxSummary($0) }
      let maximum = logits.max()!
      let powers = logits.map { exp(Double($0 - maximum)) }
      let sum = powers.reduce(0, +)
      let entropy = -powers.filter { $0 > 0 }.map { $0 / sum * log($0 / sum) }.reduce(0, +)
      #expect(summary.maximum == maximum)
      #expect(abs(Double(summary.logSum) - (Double(maximum) + log(sum))) < 1e-5 * Double(spread + 1))
      #expect(abs(Double(summary.entropy) - entropy) < 1e-4)
      #expect(abs(Double(summary.probability(ofLogit: maximum)) - 1 / sum) < 2e-5)
    }
  }
}
