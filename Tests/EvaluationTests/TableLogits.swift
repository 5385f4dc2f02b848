import Inference
import Platform
import TensorTypes

/// A model whose logits depend on the last token alone.
final class TableLogits: CausalModel {
  private let rows: [[Float]]
  private var cache: [TokenID] = []
  private var output: [[Float]] = []

  /// - Parameter logit: Of a token after another.
  init(vocabularyCount: Int, logit: (_ token: Int, _ previous: Int) -> Float) {
    rows = (0..<vocabularyCount).map { previous in (0..<vocabularyCount).map { logit($0, previous) } }
  }

  let contextLength = 16
  var vocabularyCount: Int { rows.count }
  var cachedCount: Int { cache.count }
  func rollBack(to count: Int) { cache.removeLast(cache.count - count) }

  @discardableResult
  func forward(
    _ tokens: UnsafeBufferPointer<TokenID>, logitRowCount: Int, unless cancellation: CancellationFlag?
  ) -> Bool {
    cache += tokens
    output = cache.suffix(logitRowCount).map { rows[Int($0)] }
    return true
  }

  func logits(row: Int) -> UnsafeBufferPointer<Float> {
    // The array is not changed before the next pass, which is how long the row is valid.
    output[row].withUnsafeBufferPointer { $0 }
  }
}
