import TensorTypes

/// 256 elements in eight sub-blocks of 32: element = d · (scale code - 32) · level of the code.
///
/// Half-precision d; scale codes of 6 bits, element codes of 4 bits. The levels are those of `NonlinearLevels`,
/// -127...113.
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–3 | bits 2s and 2s + 1 of the 16: the high bits of scale code s |
/// | 4–7 | byte 4 + i: the low four bits of scale code 2i in its low half, of scale code 2i + 1 in its high half |
/// | 8–135 | 16 bytes a sub-block: byte i has the code of element i in its low half, of i + 16 in its high half |
public enum IQ4_XS: WeightedBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.iq4_xs

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    NonlinearLevels.table[codeField(index).read(block)]
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float {
    half(block, at: 0) * Float(scaleField(index).read(block) - 32)
  }

  /// Searches by `SuperBlockSearch`.
  public static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer
  ) {
    let found = search.superBlock(values, importance: weights)
    block.clear()
    block.storeBytes(of: found.scale, as: Float16.self)
    for subBlock in 0..<8 { scaleField(subBlock).write(Int(found.scaleCodes[subBlock]) + 32, into: block) }
    for index in 0..<256 { codeField(index).write(Int(found.codes[index]), into: block) }
  }

  private static let search = SuperBlockSearch(
    levels: NonlinearLevels(), subBlockElementCount: 32, scaleCodes: -32...31)

  private static func codeField(_ index: Int) -> BitField {
    BitField(byte: 8 + index / 32 * 16 + index % 16, shift: index / 16 % 2 * 4, width: 4)
  }

  private static func scaleField(_ subBlock: Int) -> SplitBitField {
    SplitBitField(
      low: BitField(byte: 4 + subBlock / 2, shift: subBlock % 2 * 4, width: 4),
      high: BitField(byte: 2 + subBlock / 4, shift: subBlock % 4 * 2, width: 2))
  }
}
