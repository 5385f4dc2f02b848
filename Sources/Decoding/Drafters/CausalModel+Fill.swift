import Inference
import Platform

/// Tokens per forward pass while a prompt is read: between two passes cancellation is looked at.
let prefillChunkTokenCount = 512

extension CausalModel {
  /// Brings the cache to the first `count` tokens of the sequence, computing no logits.
  /// - Precondition: The cache holds a prefix of the sequence.
  func fill(from sequence: TokenSequence, upTo count: Int, cancellation: CancellationFlag?) {
    while cachedCount < count && cancellation?.isCancelled != true {
      let end = min(count, cachedCount + prefillChunkTokenCount)
      forward(sequence.tokens(cachedCount..<end), logitRowCount: 0)
    }
  }
}
