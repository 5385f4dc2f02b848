import TensorTypes

/// 256 elements in sixteen sub-blocks of 16: element = d · scale code · (code - 32).
///
/// Half-precision d; scale codes are signed bytes, element codes 6 bits.
///
/// | bytes | content |
/// |---|---|
/// | 0–127 | 64 bytes for each 128 elements: byte i has the low four bits of element i (low half) and of i + 64 |
/// | 128–191 | 32 bytes for each 128 elements: bits 2k and 2k + 1 of byte i are the high bits of element i + 32k |
/// | 192–207 | scale codes |
/// | 208–209 | d |
public enum Q6_K: WeightedBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.q6_k
  public static let subBlockElementCount = 16

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    codeField(index).read(block) - 32
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float {
    half(block, at: 208) * Float(Int8(bitPattern: block[192 + index]))
  }

  /// Searches by `SuperBlockSearch`.
  public static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer
  ) {
    let found = search.superBlock(values, importance: weights)
    block.clear()
    for index in 0..<256 { codeField(index).write(Int(found.codes[index]), into: block) }
    for subBlock in 0..<16 { block[192 + subBlock] = UInt8(bitPattern: found.scaleCodes[subBlock]) }
    block.storeBytes(of: found.scale, toByteOffset: 208, as: Float16.self)
  }

  private static let search = SuperBlockSearch(
    levels: ConsecutiveLevels(-32...31), subBlockElementCount: 16, scaleCodes: -128...127, evenness: 1)

  private static func codeField(_ index: Int) -> SplitBitField {
    SplitBitField(
      low: BitField(byte: index / 128 * 64 + index % 64, shift: index / 64 % 2 * 4, width: 4),
      high: BitField(byte: 128 + index / 128 * 32 + index % 32, shift: index / 32 % 4 * 2, width: 2))
  }
}
