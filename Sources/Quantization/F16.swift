import TensorTypes

/// IEEE half precision, little-endian. Writing rounds to nearest, ties to even; beyond 65504 it becomes infinite.
public enum F16: WritableBlockFormat {
  public static let elementType = ElementType.f16

  public static func decode(_ block: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    values[0] = Float(block.loadUnaligned(as: Float16.self))
  }

  /// As `decode`, in a form that the compiler can use vectors for: the exponent is moved by multiplying with a power of
  /// two, which also handles subnormal numbers.
  public static func dequantize(
    _ row: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(row.count == 2 * values.count, "wrong row size")
    for index in values.indices {
      let bits = UInt32(row.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
      let magnitude = (bits & 0x7fff) << 13
      let finite = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
      let isFinite = magnitude < 0x0f80_0000
      values[index] = Float(bitPattern: (bits & 0x8000) << 16 | (isFinite ? finite : magnitude | 0x7f80_0000))
    }
  }

  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    block.storeBytes(of: Float16(values[0]), as: Float16.self)
  }
}
