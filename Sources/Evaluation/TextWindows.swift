import Inference
import TensorTypes

/// A text cut into consecutive windows of equal length (the rest is dropped), each predicted on its own, from a
/// beginning-of-text token on if there is one.
public struct TextWindows {
  private let tokens: [TokenID]
  private let beginning: TokenID?
  /// Tokens of the text in a window.
  public let length: Int

  /// Number of windows.
  public var count: Int { tokens.count / length }

  /// Rows whose logits are computed together.
  private static let rowsPerPass = 64

  /// - Parameters:
  ///   - tokens: The text, without special tokens.
  ///   - beginning: Put before each window; without it the first token of a window is not predicted.
  ///   - length: Tokens of the text in a window; fits the models' contexts together with `beginning`.
  /// - Precondition: At least one window, and `length >= 2`.
  public init(_ tokens: [TokenID], beginning: TokenID?, length: Int) {
    precondition(length >= 2 && tokens.count >= length)
    self.tokens = tokens
    self.beginning = beginning
    self.length = length
  }

  /// Runs models over every window, and hands on each token that they predict.
  /// - Parameters:
  ///   - progress: Called after each window with the fraction done, 0...1.
  ///   - receive: The token, and the row of the models' logits that predicts it.
  func predict(
    by models: [any CausalModel], progress: (Double) -> Void, _ receive: (TokenID, _ row: Int) -> Void
  ) {
    for window in 0..<count {
      let text = (beginning.map { [$0] } ?? []) + tokens[window * length..<(window + 1) * length]
      for model in models { model.rollBack(to: 0) }
      var first = 0
      while first < text.count - 1 {
        let rowCount = min(Self.rowsPerPass, text.count - 1 - first)
        text.withUnsafeBufferPointer {
          let pass = UnsafeBufferPointer(rebasing: $0[first..<first + rowCount])
          for model in models { model.forward(pass, logitRowCount: rowCount) }
        }
        for row in 0..<rowCount { receive(text[first + row + 1], row) }
        first += rowCount
      }
      progress(Double(window + 1) / Double(count))
    }
  }
}
