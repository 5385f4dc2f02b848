import Foundation
import Sampling
import TensorTypes
import Testing

@Suite("Sampling chain")
struct SamplingChainTests {
  static let vocabularies = [1, 2, 3, 64, 65, 300]

  /// Every combination of a few values of each filter; the penalties come in three sets.
  static func allParameters() throws -> [SamplingParameters] {
    var all: [SamplingParameters] = []
    for temperature: Float in [0, 0.3, 0.8, 2] {
      for topK in [0, 1, 3, 40, 5000] {
        for topP: Float in [1, 0.95, 0.5, 0] {
          for minP: Float in [0, 0.05, 0.5, 1] {
            for (repetition, frequency, presence, window) in [
              (Float(1), Float(0), Float(0), 64), (1.3, 0.2, 0.4, 8), (0.8, -0.5, 0, 3),
            ] {
              all.append(
                try SamplingParameters(
                  temperature: temperature, topK: topK, topP: topP, minP: minP, repetitionPenalty: repetition,
                  frequencyPenalty: frequency, presencePenalty: presence, penaltyWindow: window))
            }
          }
        }
      }
    }
    return all
  }

  @Test("the filters give the naive implementation's distribution, ties included", arguments: vocabularies)
  func agreesWithNaive(vocabulary: Int) throws {
    var random = TestRandom(state: UInt64(vocabulary))
    for parameters in try Self.allParameters() {
      let chain = SamplingChain(parameters: parameters, vocabularyCount: vocabulary)
      for isCoarse in [true, false] {
        let logits = (0..<vocabulary).map { _ in
          isCoarse ? Float(random.integer(below: 9)) - 5 : Float(random.unit() * 20 - 12)
        }
        let history = (0..<12).map { _ in TokenID(random.integer(below: vocabulary)) }
        let expected = naiveDistribution(logits: logits, history: history, parameters: parameters)
        let actual = dense(apply(chain, logits, history: history))
        // Log weights are Float: their rounding, relative to their size, is the tolerance.
        let wrong = (0..<vocabulary).first { token in
          let tolerance = (1e-6 + 2e-7 * abs(log(expected[token]))) * expected[token]
          return expected[token] == 0
            ? actual[token] != 0 : abs(actual[token] - expected[token]) > tolerance
        }
        #expect(wrong == nil, "\(parameters)")
      }
    }
  }

  @Test("temperature 0 takes the lowest of equal tokens and passes over NaN")
  func greedyTies() {
    let chain = SamplingChain(parameters: .greedy, vocabularyCount: 5)
    #expect(apply(chain, [.nan, 1, 3, 3, .nan]).mode == 2)
    #expect(apply(chain, [-.infinity, .nan, -.infinity, -8, -9]).mode == 3)
    #expect(apply(chain, [.nan, .nan, .nan, .nan, .nan]).mode == 0)
    #expect(apply(chain, [0, .infinity, 1, .infinity, 2]).mode == 1)
    #expect(dense(apply(chain, [0, 5, 1, 5, 2])) == [0, 1, 0, 0, 0])
  }

  @Test("NaN and −∞ have probability exactly 0, +∞ counts as the largest finite number")
  func hostileLogits() throws {
    let parameters = try SamplingParameters(temperature: 1, topK: 0, topP: 1, minP: 0)
    let chain = SamplingChain(parameters: parameters, vocabularyCount: 4)
    #expect(dense(apply(chain, [.nan, 2, 2, -.infinity])) == [0, 0.5, 0.5, 0])
    #expect(dense(apply(chain, [.infinity, 2, .infinity, 3])) == [0.5, 0, 0.5, 0])
    #expect(dense(apply(chain, [.nan, .nan, .nan, -.infinity])) == [1, 0, 0, 0])
  }

  @Test("a chain forgets the row before")
  func reuse() throws {
    let parameters = try SamplingParameters(topK: 2, repetitionPenalty: 2)
    let chain = SamplingChain(parameters: parameters, vocabularyCount: 100)
    let logits = (0..<100).map { Float($0 % 10) }
    let first = dense(apply(chain, logits, history: [9, 9, 19]))
    _ = apply(chain, logits.map { -$0 }, history: [1, 2, 3])
    #expect(dense(apply(chain, logits, history: [9, 9, 19])) == first)
    #expect(first[9] == 0 && first[29] == 0.5 && first[39] == 0.5)
  }

  @Test("penalties look at the last tokens only")
  func window() throws {
    let parameters = try SamplingParameters(temperature: 0, presencePenalty: 10, penaltyWindow: 2)
    let chain = SamplingChain(parameters: parameters, vocabularyCount: 3)
    #expect(apply(chain, [5, 4, 3], history: [0, 1, 2]).mode == 0)
    #expect(apply(chain, [5, 4, 3], history: [2, 0, 1]).mode == 2)
  }
}

@Suite("Sampling parameters")
struct SamplingParametersTests {
  @Test("values outside their range are refused by name")
  func refused() {
    func name(_ make: () throws(SamplingParametersError) -> SamplingParameters) -> String? {
      do throws(SamplingParametersError) {
        _ = try make()
        return nil
      } catch {
        return error.name
      }
    }
    for bad in [Float.nan, -1, .infinity, -.infinity] {
      #expect(name { () throws(SamplingParametersError) in try .init(temperature: bad) } == "temperature")
      #expect(name { () throws(SamplingParametersError) in try .init(topP: bad) } == "topP")
      #expect(name { () throws(SamplingParametersError) in try .init(minP: bad) } == "minP")
      #expect(
        name { () throws(SamplingParametersError) in try .init(repetitionPenalty: bad) }
          == "repetitionPenalty")
    }
    for bad in [Float.nan, .infinity] {
      #expect(
        name { () throws(SamplingParametersError) in try .init(frequencyPenalty: bad) }
          == "frequencyPenalty")
      #expect(
        name { () throws(SamplingParametersError) in try .init(presencePenalty: bad) } == "presencePenalty"
      )
    }
    #expect(name { () throws(SamplingParametersError) in try .init(topK: -1) } == "topK")
    #expect(name { () throws(SamplingParametersError) in try .init(penaltyWindow: -1) } == "penaltyWindow")
    #expect(name { () throws(SamplingParametersError) in try .init(repetitionPenalty: 0) } != nil)
    #expect(name { () throws(SamplingParametersError) in try .init() } == nil)
  }

  @Test("the error says what was given and what is allowed")
  func description() {
    #expect(throws: SamplingParametersError(name: "topP", value: "1.5", allowed: "0...1")) {
      try SamplingParameters(topP: 1.5)
    }
  }
}
