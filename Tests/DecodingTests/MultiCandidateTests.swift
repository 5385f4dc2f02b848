import Foundation
import Sampling
import TensorTypes
import TestSupport
import Testing

@testable import Decoding

/// The rule on dense distributions, as the paper writes it, and with a mistake in it.
private struct DenseRule {
  enum Mutation: CaseIterable {
    case replacedByTarget, draftNotRenormalized, drawnStayInDraft, laterCandidatesAgainstTarget
    case drawnWithReplacement, residualNotSubtracted
  }

  var mutation: Mutation?

  /// Distribution of the output when `count` candidates are drawn from `q` without replacement, by enumeration.
  func output(p: [Double], q: [Double], count: Int) -> [Double] {
    var output = [Double](repeating: 0, count: p.count)
    continueDrawing(count, drawn: [], p: p, target: p, q: q, reach: 1, into: &output)
    return output
  }

  /// - Parameters:
  ///   - p: What is left of the target's distribution.
  ///   - reach: Probability to come here.
  private func continueDrawing(
    _ count: Int, drawn: [Int], p: [Double], target: [Double], q: [Double], reach: Double,
    into output: inout [Double]
  ) {
    let rest = q.indices.map { drawn.contains($0) ? 0 : q[$0] }
    let mass = rest.reduce(0, +)
    guard count > 0, mass > 0 else {
      let final = mutation == .replacedByTarget ? target : p
      for x in p.indices { output[x] += reach * final[x] }
      return
    }
    let source = mutation == .drawnWithReplacement ? q : rest.map { $0 / mass }
    let judged =
      switch mutation {
      case .draftNotRenormalized: rest
      case .drawnStayInDraft: q
      default: rest.map { $0 / mass }
      }
    for x in source.indices where source[x] > 0 {
      let compared = mutation == .laterCandidatesAgainstTarget ? target : p
      let accepted = compared[x] >= judged[x] ? 1 : compared[x] / judged[x]
      output[x] += reach * source[x] * accepted
      guard accepted < 1 else { continue }
      let residual = zip(p, judged).map { max(0, $0 - $1) }
      let total = residual.reduce(0, +)
      continueDrawing(
        count - 1, drawn: drawn + [x],
        p: mutation == .residualNotSubtracted || total == 0 ? p : residual.map { $0 / total }, target: target,
        q: q, reach: reach * source[x] * (1 - accepted), into: &output)
    }
  }

  func bias(p: [Double], q: [Double], count: Int) -> Double {
    zip(output(p: p, q: q, count: count), p).map { abs($0 - $1) }.max() ?? 0
  }
}

@Suite("Several candidates for one position, by exact enumeration")
struct MultiCandidateTests {
  private static func distribution(_ weights: [Double]) throws -> TokenDistribution {
    let logits = weights.map { $0 > 0 ? Float(log($0)) : -.infinity }
    let distribution = TokenDistribution(vocabularyCount: weights.count)
    let chain = SamplingChain(
      parameters: try SamplingParameters(temperature: 1, topK: 0, topP: 1, minP: 0),
      vocabularyCount: weights.count)
    logits.withUnsafeBufferPointer {
      chain.apply(to: $0, history: UnsafeBufferPointer(start: nil, count: 0), into: distribution)
    }
    return distribution
  }

  private static func dense(_ distribution: TokenDistribution) -> [Double] {
    (0..<distribution.vocabularyCount).map { distribution.probability(of: TokenID($0)) }
  }

  private static func allWeights(vocabulary: Int, largest: Int) -> [[Double]] {
    var all: [[Double]] = [[]]
    for _ in 0..<vocabulary { all = all.flatMap { prefix in (0...largest).map { prefix + [Double($0)] } } }
    return all.filter { $0.reduce(0, +) > 0 }
  }

  /// Adds what the shipped rule outputs for some candidates, that come with probability `reach`.
  private static func judge(
    _ candidates: [TokenID], as proposal: Proposal, _ residual: ResidualDistribution, reach: Double,
    into output: inout [Double]
  ) {
    /// The verdict if candidate `index` is tested with `u`, and all before it with the number nearest to 1.
    func verdict(_ index: Int, _ u: Double) -> MultiCandidateRule.Verdict {
      candidates.withUnsafeBufferPointer {
        MultiCandidateRule.judge(
          $0, proposedAs: proposal, against: residual,
          acceptance: { $0 == index ? u : ($0 < index ? 1 - 0x1p-53 : 0.5) }, correction: 0.5)
      }
    }
    var reach = reach
    for index in candidates.indices {
      var (low, high) = (0.0, 1.0)
      if verdict(index, 0) == .accepted(index) {
        for _ in 0..<30 {
          let middle = (low + high) / 2
          if verdict(index, middle) == .accepted(index) { low = middle } else { high = middle }
        }
      }
      output[Int(candidates[index])] += reach * low
      reach *= 1 - low
      if low > 1 - 1e-8 { return }
    }
    guard case .replaced = verdict(candidates.count, 0) else { return }
    for token in output.indices { output[token] += reach * residual.probability(of: TokenID(token)) }
  }

  /// Distribution of the shipped rule's output, every ordered draw of candidates by its probability.
  private static func output(p: TokenDistribution, q: TokenDistribution, count: Int) -> [Double] {
    let residual = ResidualDistribution(target: p)
    let weights = dense(q)
    var output = [Double](repeating: 0, count: p.vocabularyCount)
    func draw(_ drawn: [TokenID], reach: Double) {
      let rest = weights.indices.filter { weights[$0] > 0 && !drawn.contains(TokenID($0)) }
      guard drawn.count < count, !rest.isEmpty else {
        judge(drawn, as: .sampled(q), residual, reach: reach, into: &output)
        return
      }
      let mass = rest.reduce(0.0) { $0 + weights[$1] }
      for token in rest { draw(drawn + [TokenID(token)], reach: reach * weights[token] / mass) }
    }
    draw([], reach: 1)
    return output
  }

  @Test("the output has the target's distribution, however many candidates are drawn", arguments: 1...4)
  func sampled(count: Int) throws {
    var worst = 0.0
    for vocabulary in 3...4 {
      let all = Self.allWeights(vocabulary: vocabulary, largest: vocabulary == 3 ? 2 : 1)
      for (index, targetWeights) in all.enumerated() {
        let p = try Self.distribution(targetWeights)
        let drafts = vocabulary == 3 && count == 2 ? all : [all[index * 7 % all.count], targetWeights]
        for draftWeights in drafts {
          let q = try Self.distribution(draftWeights)
          let output = Self.output(p: p, q: q, count: count)
          worst = max(worst, zip(output, Self.dense(p)).map { abs($0 - $1) }.max() ?? 0)
        }
      }
    }
    #expect(worst < 1e-8)
  }

  @Test("candidates that are chosen with certainty are point masses, each")
  func points() throws {
    for weights in Self.allWeights(vocabulary: 4, largest: 2) {
      let p = try Self.distribution(weights)
      for candidates: [TokenID] in [[0], [1, 3], [3, 2, 0], [0, 1, 2, 3]] {
        var output = [0.0, 0, 0, 0]
        Self.judge(candidates, as: .point, ResidualDistribution(target: p), reach: 1, into: &output)
        #expect(zip(output, Self.dense(p)).allSatisfy { abs($0 - $1) < 1e-8 }, "\(weights), \(candidates)")
      }
    }
  }

  @Test("the paper's rule on dense distributions is lossless; each mistake in it is seen")
  func mutants() {
    let (p, q) = ([0.1, 0.2, 0.3, 0.4], [0.5, 0.3, 0.15, 0.05])
    for count in 1...4 { #expect(DenseRule().bias(p: p, q: q, count: count) < 1e-12) }
    for mutation in DenseRule.Mutation.allCases {
      #expect(DenseRule(mutation: mutation).bias(p: p, q: q, count: 2) > 1e-3, "\(mutation)")
    }
  }

  @Test("candidates are drawn from what is left of q, each token once")
  func draws() throws {
    let q = try Self.distribution([1, 0, 2, 5])
    func draws(without drawn: [TokenID]) -> [TokenID: Int] {
      var counts: [TokenID: Int] = [:]
      for step in 0..<800 {
        let token = drawn.withUnsafeBufferPointer {
          MultiCandidateRule.candidate(from: q, without: $0, u: Double(step) / 800)
        }
        if let token { counts[token, default: 0] += 1 }
      }
      return counts
    }
    #expect(draws(without: []) == [0: 100, 2: 200, 3: 500])
    let rest = draws(without: [3])
    #expect(rest.keys.sorted() == [0, 2] && abs((rest[0] ?? 0) - 267) <= 1)
    #expect(draws(without: [3, 0]) == [2: 800])
    #expect(draws(without: [3, 0, 2]) == [:])
  }

  @Test(
    "drawn and judged with real numbers, tokens come as often as the target has them", arguments: [1, 2, 3])
  func frequencies(count: Int) throws {
    let p = try Self.distribution([3, 1, 4, 0, 2])
    let q = try Self.distribution([1, 5, 1, 2, 1])
    let residual = ResidualDistribution(target: p)
    var random = SeededGenerator(seed: UInt64(count))
    var counts = [Int](repeating: 0, count: 5)
    for _ in 0..<20_000 {
      var candidates: [TokenID] = []
      for _ in 0..<count {
        let u = Double.random(in: 0..<1, using: &random)
        let next = candidates.withUnsafeBufferPointer {
          MultiCandidateRule.candidate(from: q, without: $0, u: u)
        }
        if let next { candidates.append(next) }
      }
      let verdict = candidates.withUnsafeBufferPointer {
        MultiCandidateRule.judge(
          $0, proposedAs: .sampled(q), against: residual,
          acceptance: { _ in Double.random(in: 0..<1, using: &random) },
          correction: Double.random(in: 0..<1, using: &random))
      }
      switch verdict {
      case .accepted(let index): counts[Int(candidates[index])] += 1
      case .replaced(let token): counts[Int(token)] += 1
      }
    }
    #expect(isPlausible(counts: counts, probabilities: Self.dense(p)))
  }

  @Test("the coupled verifier accepts the candidate that is the target's own token")
  func coupled() {
    let candidates: [TokenID] = [4, 2, 9]
    candidates.withUnsafeBufferPointer {
      #expect(MultiCandidateRule.judge($0, own: 2) == .accepted(1))
      #expect(MultiCandidateRule.judge($0, own: 9) == .accepted(2))
      #expect(MultiCandidateRule.judge($0, own: 3) == .replaced(3))
    }
  }
}
