import TensorTypes

/// 32 elements as a half-precision scale d and 32 signed bytes: element = d · code.
public enum Q8_0: WritableBlockFormat {
  public static let elementType = ElementType.q8_0

  public static func decode(_ block: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    let scale = halfScale(block)
    for index in 0..<32 {
      values[index] = scale * Float(Int8(bitPattern: block[2 + index]))
    }
  }

  /// d = max|x| / 127, code = x / d rounded to the nearest integer, ties away from zero; the codes are chosen before
  /// d is rounded to half precision.
  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    let scale = values.reduce(0) { max($0, abs($1)) } / 127
    let inverse = scale == 0 ? 0 : 1 / scale
    block.storeBytes(of: Float16(scale), as: Float16.self)
    for index in 0..<32 {
      let code = (values[index] * inverse).rounded(.toNearestOrAwayFromZero)
      block[2 + index] = UInt8(bitPattern: code.isFinite ? Int8(clamping: Int(code)) : 0)
    }
  }

  /// Block by block: sum ← fma(Σ codes · activation codes, d · activation scale, sum), in single precision.
  public static func dot(_ row: UnsafeRawBufferPointer, _ activations: ActivationRow) -> Float {
    integerDot(row, activations) { block, index in Int32(Int8(bitPattern: block[2 + index])) }
  }
}
