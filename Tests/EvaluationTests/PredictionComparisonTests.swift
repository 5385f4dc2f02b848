import Evaluation
import Testing

@Suite struct PredictionComparisonTests {
  private let reference = TableLogits(vocabularyCount: 5) { Float((7 * $1 + 3 * $0) % 11) / 4 }
  private let model = TableLogits(vocabularyCount: 5) { token, previous in
    previous == 2
      ? Float((7 * previous + 3 * token) % 11) / 4 : Float((5 * previous + 4 * token) % 13) / 4 - 1
  }
  private let text = TextWindows([3, 1, 4, 1, 0, 2, 2, 0, 4, 3], beginning: 0, length: 3)

  private func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-6 * expected }

  // The expected numbers are numpy's, in double precision, from the same tables.

  @Test("Divergence, agreement and both perplexities are those that numpy computes")
  func comparison() throws {
    let result = try PredictionComparison(of: text, by: model, reference: reference)
    #expect(result.model.tokenCount == 9)
    #expect(isNear(result.model.value, 5.775050578216277))
    #expect(isNear(result.model.standardError, 0.2317963620404417))
    #expect(isNear(result.reference.value, 6.17456867133025))
    #expect(isNear(result.perplexityRatio, 0.935296194053357))
    #expect(isNear(result.lossDifferenceError, 0.14348043877578326))
    #expect(isNear(result.meanDivergence, 0.1334358094421766))
    #expect(isNear(result.divergenceError, 0.11591322721407137))
    #expect(isNear(result.divergence(share: 0.5), 0.022021149086818067))
    #expect(isNear(result.divergence(share: 0.99), 0.9774589520243563))
    #expect(isNear(result.divergence(share: 1), 1.0605405001058814))
    #expect(isNear(result.topAgreement, 8.0 / 9))
    #expect(isNear(result.topAgreementError, 1.0 / 9))
  }

  @Test("A model does not diverge from itself")
  func same() throws {
    let result = try PredictionComparison(of: text, by: model, reference: model)
    #expect(result.meanDivergence == 0 && result.divergence(share: 1) == 0)
    #expect(result.topAgreement == 1 && result.perplexityRatio == 1)
  }

  @Test("The perplexity is the same with a reference and without")
  func perplexity() throws {
    let alone = Perplexity(of: text, by: model)
    #expect(try PredictionComparison(of: text, by: model, reference: reference).model == alone)
  }

  @Test("Models with different vocabularies are not compared")
  func vocabularies() {
    let other = TableLogits(vocabularyCount: 6) { _, _ in 0 }
    #expect(throws: EvaluationError.vocabularyMismatch(model: 5, reference: 6)) {
      try PredictionComparison(of: text, by: model, reference: other)
    }
  }
}
