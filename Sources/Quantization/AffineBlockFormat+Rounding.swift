// How the formats of 32 elements with one half-precision scale choose their codes, bit for bit as the Python package
// gguf does on finite input; nothing traps on other input.
extension AffineBlockFormat {
  /// The element of the largest magnitude, the first of equals.
  static func extreme(_ values: UnsafeBufferPointer<Float>) -> Float {
    values.reduce(values[0]) { abs($1) > abs($0) ? $1 : $0 }
  }

  /// The smallest and the largest element.
  static func bounds(_ values: UnsafeBufferPointer<Float>) -> (minimum: Float, maximum: Float) {
    values.reduce((values[0], values[0])) { (min($0.0, $1), max($0.1, $1)) }
  }

  /// 1 / scale, and 0 for a scale of 0.
  static func reciprocal(_ scale: Float) -> Float { scale == 0 ? 0 : 1 / scale }

  /// `shifted` without its fraction, in `0...largest`; 0 for what is no number.
  static func truncatedCode(_ shifted: Float, largest: Float) -> Int {
    shifted.isFinite ? Int(min(largest, max(0, shifted))) : 0
  }
}
