import Glibc
import Inference
import TensorTypes

/// How well a model predicts a text: e to the mean negative log-likelihood per token.
public struct Perplexity: Equatable, Sendable {
  /// Number of predicted tokens.
  public let tokenCount: Int
  /// Mean of −ln p, in nats per token.
  public let meanLoss: Double
  /// Standard error of `meanLoss`.
  public let standardError: Double

  public var value: Double { exp(meanLoss) }

  /// - Parameter progress: Called after each window with the fraction done, 0...1.
  public init(of text: TextWindows, by model: any CausalModel, progress: (Double) -> Void = { _ in }) {
    var losses = RunningMean()
    text.predict(by: [model], progress: progress) { token, row in
      losses.add(LogProbabilities(model.logits(row: row)).loss(of: token))
    }
    self.init(losses)
  }

  init(_ losses: RunningMean) {
    tokenCount = losses.count
    meanLoss = losses.mean
    standardError = losses.standardError
  }
}
