import Evaluation
import Foundation

/// What `nacre perplexity` found.
struct PredictionReport: Encodable {
  /// What a comparison with a reference found.
  struct Comparison: Encodable {
    let perplexity: Double
    /// Of the model's perplexity over the reference's.
    let perplexityRatio: Double
    let perplexityRatioError: Double
    /// Kullback–Leibler divergence from the reference, in nats.
    let meanDivergence: Double
    let meanDivergenceError: Double
    let medianDivergence: Double
    let divergence99Percent: Double
    let largestDivergence: Double
    /// 0...1.
    let topAgreement: Double
    let topAgreementError: Double
  }

  let perplexity: Double
  let meanLoss: Double
  let standardError: Double
  let tokenCount: Int
  let windowLength: Int
  let reference: Comparison?

  init(_ result: Perplexity, windowLength: Int, reference: Comparison? = nil) {
    perplexity = result.value
    meanLoss = result.meanLoss
    standardError = result.standardError
    tokenCount = result.tokenCount
    self.windowLength = windowLength
    self.reference = reference
  }

  init(_ result: PredictionComparison, windowLength: Int) {
    self.init(
      result.model, windowLength: windowLength,
      reference: Comparison(
        perplexity: result.reference.value, perplexityRatio: result.perplexityRatio,
        perplexityRatioError: result.perplexityRatio * result.lossDifferenceError,
        meanDivergence: result.meanDivergence, meanDivergenceError: result.divergenceError,
        medianDivergence: result.divergence(share: 0.5), divergence99Percent: result.divergence(share: 0.99),
        largestDivergence: result.divergence(share: 1), topAgreement: result.topAgreement,
        topAgreementError: result.topAgreementError))
  }

  var text: String {
    let error = perplexity * standardError
    let line = String(format: "perplexity %.4f ± %.4f over %d tokens", perplexity, error, tokenCount)
    guard let reference else { return line }
    let rows = [
      ["perplexity of the reference", String(format: "%.4f", reference.perplexity)],
      [
        "ratio of the perplexities",
        String(format: "%.5f ± %.5f", reference.perplexityRatio, reference.perplexityRatioError),
      ],
      [
        "mean divergence (KL)",
        String(format: "%.6f ± %.6f nats", reference.meanDivergence, reference.meanDivergenceError),
      ],
      [
        "median, 99 %, largest",
        String(
          format: "%.6f, %.6f, %.6f", reference.medianDivergence, reference.divergence99Percent,
          reference.largestDivergence),
      ],
      [
        "same likeliest token",
        String(format: "%.3f ± %.3f %%", 100 * reference.topAgreement, 100 * reference.topAgreementError),
      ],
    ]
    return ([line] + ModelReport.table(rows)).joined(separator: "\n")
  }
}
