import TensorTypes

// What the formats of 32 elements with one half-precision scale in front have in common.
extension BlockFormat {
  /// The scale in the first two bytes of a block.
  static func halfScale(_ block: UnsafeRawBufferPointer) -> Float {
    Float(block.loadUnaligned(as: Float16.self))
  }

  /// The exact inner product of each block, scaled and added in single precision in the order of the blocks.
  /// - Parameter weight: Element `index` of a block, divided by the scale.
  static func integerDot(
    _ row: UnsafeRawBufferPointer, _ activations: ActivationRow,
    weight: (_ block: UnsafeRawBufferPointer, _ index: Int) -> Int32
  ) -> Float {
    precondition(
      elementType.byteCount(elementCount: activations.elementCount) == row.count, "rows of different lengths")
    let byteCount = elementType.blockByteCount
    return activations.scales.indices.reduce(0) { sum, block in
      let bytes = UnsafeRawBufferPointer(rebasing: row[block * byteCount..<(block + 1) * byteCount])
      let integer = activations.integerDot(block: block) { weight(bytes, $0) }
      return sum.addingProduct(Float(integer), halfScale(bytes) * activations.scales[block])
    }
  }
}
