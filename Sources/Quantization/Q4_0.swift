import TensorTypes

/// 32 elements as a half-precision scale d and 32 four-bit codes: element = d · (code - 8).
///
/// Byte i holds element i in its low half and element i + 16 in its high half.
public enum Q4_0: WritableBlockFormat {
  public static let elementType = ElementType.q4_0

  public static func decode(_ block: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    let scale = halfScale(block)
    for index in 0..<32 {
      values[index] = scale * Float(signedCode(block, index))
    }
  }

  /// d = m / -8 for the element m of the largest magnitude (the first of equals), code = ⌊x / d + 8.5⌋, at most 15;
  /// the codes are chosen before d is rounded to half precision.
  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    let extreme = values.reduce(values[0]) { abs($1) > abs($0) ? $1 : $0 }
    let scale = extreme / -8
    let inverse = scale == 0 ? 0 : 1 / scale
    block.storeBytes(of: Float16(scale), as: Float16.self)
    func code(_ value: Float) -> UInt8 {
      let shifted = value * inverse + 8.5
      return shifted.isFinite ? UInt8(min(15, max(0, shifted))) : 0
    }
    for index in 0..<16 {
      block[2 + index] = code(values[index]) | code(values[index + 16]) << 4
    }
  }

  /// Block by block: sum ← fma(Σ (code - 8) · activation code, d · activation scale, sum), in single precision.
  public static func dot(_ row: UnsafeRawBufferPointer, _ activations: ActivationRow) -> Float {
    integerDot(row, activations, weight: signedCode)
  }

  /// Element `index` over the scale, in `-8...7`.
  private static func signedCode(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int32 {
    let byte = block[2 + index % 16]
    return Int32(index < 16 ? byte & 0xf : byte >> 4) - 8
  }
}
