import TensorTypes

/// IEEE single precision, little-endian.
public enum F32: WritableBlockFormat {
  public static let elementType = ElementType.f32

  public static func decode(_ block: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    values[0] = block.loadUnaligned(as: Float.self)
  }

  public static func dequantize(
    _ row: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(row.count == 4 * values.count, "wrong row size")
    UnsafeMutableRawBufferPointer(values).copyMemory(from: row)
  }

  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    block.storeBytes(of: values[0], as: Float.self)
  }
}
