import Glibc
import Inference
import TensorTypes

/// How well a model predicts a text: e to the mean negative log-likelihood per token.
///
/// The tokens are cut into consecutive windows of equal length (the rest is dropped); each window is predicted on its
/// own, from a beginning-of-text token on if there is one.
public struct Perplexity: Equatable, Sendable {
  /// Number of predicted tokens.
  public let tokenCount: Int
  /// Mean of −ln p, in nats per token.
  public let meanLoss: Double
  /// Standard error of `meanLoss`.
  public let standardError: Double

  public var value: Double { exp(meanLoss) }

  /// Rows whose logits are computed together.
  private static let rowsPerPass = 64

  /// - Parameters:
  ///   - tokens: The text, without special tokens.
  ///   - beginning: Put before each window; without it the first token of a window is not predicted.
  ///   - windowLength: Tokens of the text in a window; fits the model's context together with `beginning`.
  ///   - progress: Called after each window with the fraction done, 0...1.
  /// - Precondition: At least one window, and `windowLength >= 2`.
  public init(
    of tokens: [TokenID], by model: some CausalModel, beginning: TokenID?, windowLength: Int,
    progress: (Double) -> Void = { _ in }
  ) {
    precondition(windowLength >= 2 && tokens.count >= windowLength)
    precondition(windowLength <= model.contextLength)
    var losses = RunningMean()
    let windowCount = tokens.count / windowLength
    for window in 0..<windowCount {
      let text = Array(tokens[window * windowLength..<(window + 1) * windowLength])
      Self.score(beginning.map { [$0] + text } ?? text, by: model) { losses.add($0) }
      progress(Double(window + 1) / Double(windowCount))
    }
    tokenCount = losses.count
    meanLoss = losses.mean
    standardError = losses.standardError
  }

  /// Hands −ln p of every token but the first to `receive`.
  private static func score(_ tokens: [TokenID], by model: some CausalModel, _ receive: (Double) -> Void) {
    model.rollBack(to: 0)
    var first = 0
    while first < tokens.count - 1 {
      let count = min(rowsPerPass, tokens.count - 1 - first)
      tokens.withUnsafeBufferPointer {
        model.forward(UnsafeBufferPointer(rebasing: $0[first..<first + count]), logitRowCount: count)
      }
      for row in 0..<count { receive(loss(of: tokens[first + row + 1], in: model.logits(row: row))) }
      first += count
    }
  }

  /// −ln softmax(logits)[token].
  private static func loss(of token: TokenID, in logits: UnsafeBufferPointer<Float>) -> Double {
    var largest = -Float.infinity
    for logit in logits { largest = max(largest, logit) }
    var sum = 0.0
    for logit in logits { sum += Double(expf(logit - largest)) }
    return log(sum) - Double(logits[Int(token)] - largest)
  }
}

/// Mean and spread of numbers that come one by one (Welford 1962).
struct RunningMean {
  private(set) var count = 0
  private(set) var mean = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / Double(count)
    squares += difference * (value - mean)
  }

  /// Of the mean; 0 for fewer than two numbers.
  var standardError: Double {
    count > 1 ? (squares / Double(count - 1) / Double(count)).squareRoot() : 0
  }
}
