import Platform
import TensorTypes

/// A causal language model with a cache of its own: what a decoding lane drives.
///
/// A model is used by one thread at a time (it may run a thread team inside).
public protocol CausalModel: AnyObject {
  /// Number of logits in one row.
  var vocabularyCount: Int { get }

  /// Largest number of positions that the cache can hold.
  var contextLength: Int { get }

  /// Number of positions in the cache: the position that the next token will take.
  var cachedCount: Int { get }

  /// Forgets every position from `count` on. Costs nothing: the cache is rolled back by its length.
  /// - Precondition: `0 <= count <= cachedCount`.
  func rollBack(to count: Int)

  /// Appends `tokens` at positions `cachedCount...` and computes the logits after each of the last `logitRowCount`.
  /// - Parameters:
  ///   - tokens: At least one token, each in `0..<vocabularyCount`.
  ///   - logitRowCount: `0...tokens.count`; 0 fills the cache only.
  ///   - cancellation: Looked at before every layer.
  /// - Returns: False if it was cancelled: then there are no logits, and the cache holds what it held before, perhaps
  ///   with some of the tokens.
  /// - Precondition: `cachedCount + tokens.count <= contextLength`.
  @discardableResult
  func forward(
    _ tokens: UnsafeBufferPointer<TokenID>, logitRowCount: Int, unless cancellation: CancellationFlag?
  ) -> Bool

  /// Row `row` of the logits of the last `forward`, shape `[vocabularyCount]`; valid until the next `forward`.
  /// - Precondition: `0 <= row < logitRowCount` of that call; row 0 is the earliest position.
  func logits(row: Int) -> UnsafeBufferPointer<Float>
}

extension CausalModel {
  /// A pass that nothing cancels.
  public func forward(_ tokens: UnsafeBufferPointer<TokenID>, logitRowCount: Int) {
    forward(tokens, logitRowCount: logitRowCount, unless: nil)
  }
}
