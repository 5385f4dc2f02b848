import TensorTypes

/// 256 elements in sixteen sub-blocks of 16: element = d · (scale code - 32) · (code - 4).
///
/// Half-precision d; scale codes of 6 bits, element codes of 3 bits.
///
/// | bytes | content |
/// |---|---|
/// | 0–31 | bit k of byte i: the highest bit of the code of element i + 32k |
/// | 32–95 | 32 bytes for each 128 elements: bits 2k and 2k + 1 of byte i are the low bits of element i + 32k |
/// | 96–103 | byte i: the low four bits of scale code i in its low half, of scale code i + 8 in its high half |
/// | 104–107 | bits 2k and 2k + 1 of byte i: the high bits of scale code i + 4k |
/// | 108–109 | d |
public enum Q3_K: WeightedBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.q3_k
  public static let subBlockElementCount = 16

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    codeField(index).read(block) - 4
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float {
    half(block, at: 108) * Float(scaleField(index).read(block) - 32)
  }

  /// Searches by `SuperBlockSearch`.
  public static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer
  ) {
    let found = search.superBlock(values, importance: weights)
    block.clear()
    for index in 0..<256 { codeField(index).write(Int(found.codes[index]), into: block) }
    for subBlock in 0..<16 { scaleField(subBlock).write(Int(found.scaleCodes[subBlock]) + 32, into: block) }
    block.storeBytes(of: found.scale, toByteOffset: 108, as: Float16.self)
  }

  private static let search = SuperBlockSearch(
    levels: ConsecutiveLevels(-4...3), subBlockElementCount: 16, scaleCodes: -32...31)

  private static func codeField(_ index: Int) -> SplitBitField {
    SplitBitField(
      low: BitField(byte: 32 + index / 128 * 32 + index % 32, shift: index / 32 % 4 * 2, width: 2),
      high: BitField(byte: index % 32, shift: index / 32, width: 1))
  }

  private static func scaleField(_ subBlock: Int) -> SplitBitField {
    SplitBitField(
      low: BitField(byte: 96 + subBlock % 8, shift: subBlock / 8 * 4, width: 4),
      high: BitField(byte: 104 + subBlock % 4, shift: subBlock / 4 * 2, width: 2))
  }
}
