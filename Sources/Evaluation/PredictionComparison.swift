import Glibc
import Inference
import TensorTypes

/// How far a model's predictions of a text are from those of a reference, such as the same model before quantization.
public struct PredictionComparison: Equatable, Sendable {
  public let model: Perplexity
  public let reference: Perplexity
  /// Mean over all predictions of the Kullback–Leibler divergence Σ p · ln(p / q) of the model (q) from the reference
  /// (p), in nats.
  public let meanDivergence: Double
  /// Standard error of `meanDivergence`.
  public let divergenceError: Double
  /// Mean difference of the losses, model − reference: ln of the ratio of the perplexities.
  public let lossDifference: Double
  /// Standard error of `lossDifference`, which is far less than those of the losses.
  public let lossDifferenceError: Double
  /// Share of predictions where both have the same likeliest token, 0...1.
  public let topAgreement: Double
  /// Divergences of all predictions, ascending.
  private let divergences: [Double]

  /// Perplexity of the model over that of the reference.
  public var perplexityRatio: Double { exp(lossDifference) }

  /// Standard error of `topAgreement`.
  public var topAgreementError: Double {
    let count = Double(divergences.count)
    return count > 1 ? (topAgreement * (1 - topAgreement) / (count - 1)).squareRoot() : 0
  }

  /// The divergence that a share of all predictions does not exceed; between two of them, the proportional mean.
  /// - Parameter share: 0...1; 1 gives the largest.
  public func divergence(share: Double) -> Double {
    precondition((0...1).contains(share))
    let place = share * Double(divergences.count - 1)
    let lower = Int(place)
    let upper = min(lower + 1, divergences.count - 1)
    return divergences[lower] + (place - Double(lower)) * (divergences[upper] - divergences[lower])
  }

  /// - Parameter progress: Called after each window with the fraction done, 0...1.
  /// - Throws: `vocabularyMismatch`.
  public init(
    of text: TextWindows, by model: any CausalModel, reference: any CausalModel,
    progress: (Double) -> Void = { _ in }
  ) throws(EvaluationError) {
    guard model.vocabularyCount == reference.vocabularyCount else {
      throw .vocabularyMismatch(model: model.vocabularyCount, reference: reference.vocabularyCount)
    }
    var (losses, referenceLosses, differences) = (RunningMean(), RunningMean(), RunningMean())
    var divergence = RunningMean()
    var divergences: [Double] = []
    var agreementCount = 0
    text.predict(by: [model, reference], progress: progress) { token, row in
      let (p, q) = (LogProbabilities(reference.logits(row: row)), LogProbabilities(model.logits(row: row)))
      losses.add(q.loss(of: token))
      referenceLosses.add(p.loss(of: token))
      differences.add(q.loss(of: token) - p.loss(of: token))
      divergences.append(p.divergence(of: q))
      divergence.add(divergences[divergences.count - 1])
      if p.top == q.top { agreementCount += 1 }
    }
    self.model = Perplexity(losses)
    self.reference = Perplexity(referenceLosses)
    (meanDivergence, divergenceError) = (divergence.mean, divergence.standardError)
    (lossDifference, lossDifferenceError) = (differences.mean, differences.standardError)
    topAgreement = Double(agreementCount) / Double(divergences.count)
    // NaN, which nothing follows, comes last.
    self.divergences = divergences.sorted { $1.isNaN ? !$0.isNaN : $0 < $1 }
  }
}
