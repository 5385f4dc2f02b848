import TensorTypes

/// The upper half of IEEE single precision, little-endian. Writing rounds to nearest, ties to even; NaN stays a
/// quiet NaN.
public enum BF16: WritableBlockFormat {
  public static let elementType = ElementType.bf16

  public static func decode(_ block: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    values[0] = Float(bitPattern: UInt32(block.loadUnaligned(as: UInt16.self)) << 16)
  }

  /// As `decode`, in a form that the compiler can use vectors for.
  public static func dequantize(
    _ row: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(row.count == 2 * values.count, "wrong row size")
    for index in values.indices {
      let bits = row.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
      values[index] = Float(bitPattern: UInt32(bits) << 16)
    }
  }

  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    block.storeBytes(of: upperHalf(values[0]), as: UInt16.self)
  }

  private static func upperHalf(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(bits >> 16) | 0x40 }
    let lastKeptBit = bits >> 16 & 1
    return UInt16((bits + 0x7fff + lastKeptBit) >> 16)
  }
}
