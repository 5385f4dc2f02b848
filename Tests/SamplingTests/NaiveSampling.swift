import Foundation
import Sampling
import TensorTypes

/// The distribution after penalties and filters, written as plainly as can be: sort, cut, divide. Index = token.
func naiveDistribution(logits: [Float], history: [TokenID], parameters: SamplingParameters) -> [Double] {
  let logits = naivePenalized(logits, history: history, parameters: parameters)
  let ranking = logits.indices.sorted { a, b in logits[a] == logits[b] ? a < b : logits[a] > logits[b] }
  let highest = logits[ranking[0]]
  var probabilities = [Double](repeating: 0, count: logits.count)
  guard parameters.temperature > 0, highest > -.infinity else {
    probabilities[ranking[0]] = 1
    return probabilities
  }
  func weight(_ token: Int) -> Double { exp(Double(logits[token]) - Double(highest)) }

  var survivors = parameters.topK > 0 ? Array(ranking.prefix(parameters.topK)) : ranking
  let total = survivors.map(weight).reduce(0, +)
  if parameters.topP < 1 {
    var mass = 0.0
    var count = 0
    for token in survivors where count == 0 || mass < Double(parameters.topP) * total {
      mass += weight(token)
      count += 1
    }
    survivors = Array(survivors.prefix(count))
  }
  survivors = survivors.filter { parameters.minP == 0 || logits[$0] >= highest + log(parameters.minP) }
  let scaled = survivors.map { exp((Double(logits[$0]) - Double(highest)) / Double(parameters.temperature)) }
  let sum = scaled.reduce(0, +)
  for (token, value) in zip(survivors, scaled) { probabilities[token] = value / sum }
  return probabilities
}

private func naivePenalized(_ logits: [Float], history: [TokenID], parameters: SamplingParameters) -> [Float]
{
  var logits = logits.map { $0.isNaN ? -Float.infinity : min($0, .greatestFiniteMagnitude) }
  for (token, occurrences) in Dictionary(
    grouping: history.suffix(parameters.penaltyWindow), by: { $0 }
  ).mapValues(\.count) {
    let old = logits[Int(token)]
    logits[Int(token)] =
      (old > 0 ? old / parameters.repetitionPenalty : old * parameters.repetitionPenalty)
      - (Float(occurrences) * parameters.frequencyPenalty + parameters.presencePenalty)
  }
  return logits
}

/// A small seeded generator for test data, splitmix64.
struct TestRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func integer(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// Runs a chain on arrays.
func apply(_ chain: SamplingChain, _ logits: [Float], history: [TokenID] = []) -> TokenDistribution {
  let distribution = TokenDistribution(vocabularyCount: logits.count)
  logits.withUnsafeBufferPointer { logits in
    history.withUnsafeBufferPointer { chain.apply(to: logits, history: $0, into: distribution) }
  }
  return distribution
}

/// All probabilities of a distribution, index = token.
func dense(_ distribution: TokenDistribution) -> [Double] {
  (0..<distribution.vocabularyCount).map { distribution.probability(of: TokenID($0)) }
}
