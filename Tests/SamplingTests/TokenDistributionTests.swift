import Sampling
import TensorTypes
import TestSupport
import Testing

@Suite("Drawing from a distribution")
struct TokenDistributionTests {
  static func distribution(vocabulary: Int, topK: Int = 0, seed: UInt64 = 1) throws -> TokenDistribution {
    var random = TestRandom(state: seed)
    let logits = (0..<vocabulary).map { _ in Float(random.unit() * 6) }
    let parameters = try SamplingParameters(temperature: 1, topK: topK, topP: 1, minP: 0)
    return apply(SamplingChain(parameters: parameters, vocabularyCount: vocabulary), logits)
  }

  @Test("coupled draws follow the probabilities", arguments: [2, 3, 64, 65, 130, 300], [0, 7])
  func coupledFrequencies(vocabulary: Int, topK: Int) throws {
    let distribution = try Self.distribution(vocabulary: vocabulary, topK: topK)
    var counts = [Int](repeating: 0, count: vocabulary)
    for seed in 0..<100 {
      for position in 0..<100 {
        let random = CounterRandom(seed: UInt64(seed))
        counts[Int(distribution.coupledToken(random: random, position: position))] += 1
      }
    }
    #expect(isPlausible(counts: counts, probabilities: dense(distribution)))
  }

  @Test("skipping groups does not change the coupled token", arguments: [1, 5, 64, 300, 1000])
  func coupledEqualsFullRace(vocabulary: Int) throws {
    let distribution = try Self.distribution(vocabulary: vocabulary)
    for position in 0..<100 {
      let random = CounterRandom(seed: 3)
      // One token alone always wins; its score against every other is found by racing pairs.
      let winner = distribution.coupledToken(random: random, position: position)
      for challenger in stride(from: 0, to: vocabulary, by: max(1, vocabulary / 50))
      where challenger != Int(winner) {
        let pair = try Self.pair(distribution, TokenID(challenger), winner)
        #expect(pair.coupledToken(random: random, position: position) == winner)
      }
    }
  }

  /// The same weights with every token but two removed.
  static func pair(_ full: TokenDistribution, _ a: TokenID, _ b: TokenID) throws -> TokenDistribution {
    var logits = [Float](repeating: -.infinity, count: full.vocabularyCount)
    for token in [a, b] { logits[Int(token)] = full.logWeight(at: Int(token)) }
    let parameters = try SamplingParameters(temperature: 1, topK: 0, topP: 1, minP: 0)
    return apply(SamplingChain(parameters: parameters, vocabularyCount: logits.count), logits)
  }

  @Test("coupled draws do not depend on the order of calls")
  func noOrder() throws {
    let distribution = try Self.distribution(vocabulary: 200)
    let random = CounterRandom(seed: 5)
    let forward = (0..<500).map { distribution.coupledToken(random: random, position: $0) }
    let backward = (0..<500).reversed().map { distribution.coupledToken(random: random, position: $0) }
    #expect(forward == backward.reversed())
    #expect(Set(forward).count > 20)
  }

  @Test("similar distributions mostly choose the same token")
  func coupling() throws {
    var random = TestRandom(state: 9)
    let logits = (0..<100).map { _ in Float(random.unit() * 6) }
    let near = logits.map { $0 + Float(random.unit() * 0.2) }
    let parameters = try SamplingParameters(temperature: 1, topK: 0, topP: 1, minP: 0)
    let chain = SamplingChain(parameters: parameters, vocabularyCount: 100)
    let first = apply(chain, logits)
    let second = apply(chain, near)
    let noise = CounterRandom(seed: 1)
    let equal = (0..<1000).count {
      first.coupledToken(random: noise, position: $0) == second.coupledToken(random: noise, position: $0)
    }
    #expect(equal > 850)
  }

  @Test("draws by quantile follow the probabilities", arguments: [2, 65, 300], [0, 7])
  func quantileFrequencies(vocabulary: Int, topK: Int) throws {
    let distribution = try Self.distribution(vocabulary: vocabulary, topK: topK)
    let random = CounterRandom(seed: 21)
    var counts = [Int](repeating: 0, count: vocabulary)
    for position in 0..<10_000 {
      let u = random.uniform(position: position, purpose: .proposal)
      counts[Int(distribution.token(atQuantile: u))] += 1
    }
    #expect(isPlausible(counts: counts, probabilities: dense(distribution)))
  }

  @Test("the ends of the quantile never give a token of probability 0")
  func quantileEnds() throws {
    let parameters = try SamplingParameters(temperature: 1e-4, topK: 0, topP: 1, minP: 0)
    let chain = SamplingChain(parameters: parameters, vocabularyCount: 4)
    let distribution = apply(chain, [0, 9, 9, 0])
    #expect(distribution.probability(of: 0) == 0)
    #expect(distribution.token(atQuantile: 0) == 1)
    #expect(distribution.token(atQuantile: 1 - 0x1p-53) == 2)
  }
}
