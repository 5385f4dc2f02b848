import TensorTypes

/// The last column of the residual stream, where it keeps the tokens that pad a vocabulary from being chosen.
///
/// Every token's embedding has a tiny constant there, which no layer changes: too small to move the mean square of the
/// others. Only the output's norm lets it through, and the rows of padding in the output matrix turn it into a logit of
/// about −65536 / r, where r is the root mean square of the residual stream: far below every other for any r that
/// occurs. The rows of tokens proper are zero there.
struct PaddingChannel {
  /// Exact in half precision, and large enough for the scale of a Q8_0 block.
  static let embedding: Float = 0x1p-14
  /// The channel after the norm, times r: below the largest half-precision number for r down to 0.0003.
  static let normed: Float = 16
  static let outputOfPadding: Float = -4096

  /// The columns that share a block with the channel, in weights or in quantized activations: nothing else is there.
  static func columns(width: Int, type: ElementType) -> Range<Int> {
    let block = max(type.blockElementCount, 32)
    return (width - 1) / block * block..<width
  }

  /// The weight of the output's norm for the channel.
  /// - Parameter normScale: What the source's weights are multiplied with, √(d/D).
  static func norm(normScale: Float) -> Float { normed / embedding * normScale }
}
