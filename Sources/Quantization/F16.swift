import TensorTypes

/// IEEE half precision, little-endian. Writing rounds to nearest, ties to even; beyond 65504 it becomes infinite.
public enum F16: WritableBlockFormat {
  public static let elementType = ElementType.f16

  public static func decode(_ block: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    values[0] = Float(block.loadUnaligned(as: Float16.self))
  }

  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    block.storeBytes(of: Float16(values[0]), as: Float16.self)
  }
}
