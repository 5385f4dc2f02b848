import TensorTypes

/// 32 elements as a half-precision scale d and 32 signed bytes: element = d · code.
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–33 | the codes |
public enum Q8_0: WritableBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.q8_0

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    Int(Int8(bitPattern: block[2 + index]))
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float { half(block, at: 0) }

  /// d = max|x| / 127, code = x / d rounded to the nearest integer, ties away from zero; the codes are chosen before
  /// d is rounded to half precision.
  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    let scale = BlockRounding.largestMagnitude(values) / 127
    let codes = BlockRounding.roundedCodes(values, inverse: BlockRounding.reciprocal(scale))
    block.storeBytes(of: Float16(scale), as: Float16.self)
    for index in 0..<32 { block[2 + index] = codes[index] }
  }
}
