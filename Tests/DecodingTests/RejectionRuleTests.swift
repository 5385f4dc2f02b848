import Foundation
import Sampling
import TensorTypes
import Testing

@testable import Decoding

/// The accept/replace rule as two functions of dense distributions, so that wrong ones can be put in its place.
private struct Rule {
  /// Probability to accept token x.
  var acceptance: (_ x: Int, _ p: [Double], _ q: [Double]) -> Double
  /// Distribution of the token that replaces a rejected x.
  var replacement: (_ x: Int, _ p: [Double], _ q: [Double]) -> [Double]

  /// Largest deviation from p of the token that is output when x ~ q is proposed.
  func bias(p: [Double], q: [Double]) -> Double {
    var output = [Double](repeating: 0, count: p.count)
    for x in q.indices where q[x] > 0 {
      let accepted = acceptance(x, p, q)
      output[x] += q[x] * accepted
      guard accepted < 1 else { continue }
      for (y, probability) in replacement(x, p, q).enumerated() {
        output[y] += q[x] * (1 - accepted) * probability
      }
    }
    return zip(output, p).map { abs($0 - $1) }.max() ?? 0
  }
}

@Suite("The rejection rule, by exact enumeration")
struct RejectionRuleTests {
  /// A distribution over a few tokens; a weight of 0 is filtered out.
  private static func distribution(_ weights: [Double]) throws -> TokenDistribution {
    let logits = weights.map { $0 > 0 ? Float(log($0)) : -.infinity }
    let sampling = try SamplingParameters(temperature: 1, topK: 0, topP: 1, minP: 0)
    let distribution = TokenDistribution(vocabularyCount: weights.count)
    let chain = SamplingChain(parameters: sampling, vocabularyCount: weights.count)
    logits.withUnsafeBufferPointer {
      chain.apply(to: $0, history: UnsafeBufferPointer(start: nil, count: 0), into: distribution)
    }
    return distribution
  }

  private static func dense(_ distribution: TokenDistribution) -> [Double] {
    (0..<distribution.vocabularyCount).map { distribution.probability(of: TokenID($0)) }
  }

  /// All weight vectors with elements in 0…3, not all 0.
  private static func allWeights(vocabulary: Int) -> [[Double]] {
    var all: [[Double]] = [[]]
    for _ in 0..<vocabulary { all = all.flatMap { prefix in [0.0, 1, 2, 3].map { prefix + [$0] } } }
    return all.filter { $0.reduce(0, +) > 0 }
  }

  /// The shipped residual as a dense distribution.
  private static func residual(_ x: Int, _ proposal: Proposal, _ p: TokenDistribution) -> [Double] {
    var weights = [Double](repeating: 0, count: p.vocabularyCount)
    RejectionRule.forEachResidual(of: TokenID(x), proposedAs: proposal, target: p) { token, weight in
      weights[Int(token)] = weight
      return true
    }
    let total = weights.reduce(0, +)
    return total > 0 ? weights.map { $0 / total } : dense(p)
  }

  /// min(1, p/q), found by asking the shipped test where it changes its mind.
  private static func shippedAcceptance(p: Double, q: Double) -> Double {
    guard RejectionRule.accepts(p: p, q: q, u: 0) else { return 0 }
    var low = 0.0
    var high = 1.0
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if RejectionRule.accepts(p: p, q: q, u: middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  @Test("whatever the draft samples, the output has the target's distribution", arguments: [3, 4])
  func sampledProposals(vocabulary: Int) throws {
    let weights = Self.allWeights(vocabulary: vocabulary)
    var worst = 0.0
    for (index, targetWeights) in weights.enumerated() {
      let p = try Self.distribution(targetWeights)
      for draftWeights in vocabulary == 3 ? weights : [weights[index * 7 % weights.count], targetWeights] {
        let q = try Self.distribution(draftWeights)
        let rule = Rule { x, p, q in
          Self.shippedAcceptance(p: p[x], q: q[x])
        } replacement: { x, _, _ in
          Self.residual(x, .sampled(q), p)
        }
        worst = max(worst, rule.bias(p: Self.dense(p), q: Self.dense(q)))
      }
    }
    #expect(worst < 1e-12)
  }

  @Test("a deterministic proposal is accepted with p(x), and the output has the target's distribution")
  func pointProposals() throws {
    for weights in Self.allWeights(vocabulary: 4) {
      let p = try Self.distribution(weights)
      for x in 0..<4 {
        var q = [Double](repeating: 0, count: 4)
        q[x] = 1
        let rule = Rule { x, p, _ in
          Self.shippedAcceptance(
            p: p[x], q: RejectionRule.draftProbability(of: TokenID(x), proposedAs: .point))
        } replacement: { x, _, _ in
          Self.residual(x, .point, p)
        }
        #expect(rule.bias(p: Self.dense(p), q: q) < 1e-12)
      }
    }
  }

  @Test("the correction is the residual at its quantile, never a token of residual 0")
  func correctionQuantiles() throws {
    let p = try Self.distribution([1, 2, 3, 0])
    let q = try Self.distribution([3, 2, 0, 1])
    let residual = Self.residual(0, .sampled(q), p)
    var counts = [Int](repeating: 0, count: 4)
    for step in 0..<1000 {
      let u = Double(step) / 1000
      counts[Int(RejectionRule.correction(of: 0, proposedAs: .sampled(q), target: p, u: u))] += 1
    }
    for token in 0..<4 { #expect(abs(Double(counts[token]) / 1000 - residual[token]) < 0.0021) }
    #expect(counts[0] == 0 && counts[3] == 0)
    for u in [0, 1 - 0x1p-53] {
      #expect(RejectionRule.correction(of: 1, proposedAs: .point, target: p, u: u) != 1)
    }
  }

  @Test("if rounding leaves no residual the target's distribution takes its place")
  func emptyResidual() throws {
    let p = try Self.distribution([0, 1, 3])
    let drawn = (0..<8).map {
      RejectionRule.correction(of: 1, proposedAs: .sampled(p), target: p, u: Double($0) / 8)
    }
    #expect(drawn == [1, 1, 2, 2, 2, 2, 2, 2])
  }

  @Test("a token of target probability 0 is never accepted, and p ≥ q always is")
  func acceptanceEnds() {
    for u in [0, 0x1p-53, 0.5, 1 - 0x1p-53] {
      for q in [0, 1e-300, 0.5, 1] {
        #expect(!RejectionRule.accepts(p: 0, q: q, u: u))
        #expect(RejectionRule.accepts(p: max(q, 1e-300), q: q, u: u))
      }
    }
    // The careless test of the same rule is caught by the line above.
    let careless = { (p: Double, q: Double, u: Double) in u <= p / q }
    #expect(careless(0, 0.5, 0))
  }

  @Test("the enumeration sees through wrong rules")
  func mutants() throws {
    let p = [0.5, 0.3, 0.2, 0]
    let q = [0.1, 0.2, 0.4, 0.3]
    let temperedQ = [0.22, 0.24, 0.28, 0.26]
    func residual(_ p: [Double], _ q: [Double]) -> [Double] {
      let weights = zip(p, q).map { max(0, $0 - $1) }
      return weights.map { $0 / weights.reduce(0, +) }
    }
    let right = Rule { x, p, q in
      min(1, p[x] / q[x])
    } replacement: { _, p, q in
      residual(p, q)
    }
    #expect(right.bias(p: p, q: q) < 1e-12)

    var replacedByTarget = right
    replacedByTarget.replacement = { _, p, _ in p }
    var unfilteredDraft = right
    unfilteredDraft.acceptance = { x, p, _ in min(1, p[x] / temperedQ[x]) }
    unfilteredDraft.replacement = { _, p, _ in residual(p, temperedQ) }
    var neverRejects = right
    neverRejects.acceptance = { _, _, _ in 1 }
    var acceptsImpossible = right
    acceptsImpossible.acceptance = { x, p, q in p[x] == 0 ? 0.001 : min(1, p[x] / q[x]) }
    var argmaxJudgedBySoftmax = right
    argmaxJudgedBySoftmax.acceptance = { x, p, _ in min(1, p[x] / q[x]) }
    for mutant in [replacedByTarget, unfilteredDraft, neverRejects, acceptsImpossible] {
      #expect(mutant.bias(p: p, q: q) > 1e-6)
    }
    // A point proposal judged with the softmax it was the argmax of.
    #expect(argmaxJudgedBySoftmax.bias(p: p, q: [0, 0, 1, 0]) > 1e-6)
  }
}
