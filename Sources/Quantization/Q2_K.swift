import TensorTypes

/// 256 elements in sixteen sub-blocks of 16: element = d · scale code · code - m · minimum code.
///
/// Half-precision d and m; unsigned codes: scale and minimum 4 bits, elements 2 bits.
///
/// | bytes | content |
/// |---|---|
/// | 0–15 | one byte a sub-block: scale code in the low half, minimum code in the high half |
/// | 16–79 | 32 bytes for each 128 elements: bits 2k and 2k + 1 of byte i are the code of element i + 32k |
/// | 80–81 | d |
/// | 82–83 | m |
public enum Q2_K: WeightedBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.q2_k
  public static let subBlockElementCount = 16

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    codeField(index).read(block)
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float {
    half(block, at: 80) * Float(block[index] & 0xf)
  }

  public static func minimum(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float? {
    -(half(block, at: 82) * Float(block[index] >> 4))
  }

  /// Searches by `SuperBlockSearch`; d and m are never negative.
  public static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer
  ) {
    let found = search.superBlock(values, importance: weights)
    block.clear()
    for subBlock in 0..<16 {
      block[subBlock] = UInt8(found.scaleCodes[subBlock]) | UInt8(found.minimumCodes[subBlock]) << 4
    }
    for index in 0..<256 { codeField(index).write(Int(found.codes[index]), into: block) }
    block.storeBytes(of: found.scale, toByteOffset: 80, as: Float16.self)
    block.storeBytes(of: found.minimumScale, toByteOffset: 82, as: Float16.self)
  }

  private static let search = SuperBlockSearch(
    levels: ConsecutiveLevels(0...3), subBlockElementCount: 16, scaleCodes: 0...15, minimumCodes: 0...15)

  private static func codeField(_ index: Int) -> BitField {
    BitField(byte: 16 + index / 128 * 32 + index % 32, shift: index / 32 % 4 * 2, width: 2)
  }
}
