import TensorTypes

/// 256 elements in eight sub-blocks of 32: element = d · scale code · code - m · minimum code.
///
/// Half-precision d and m; unsigned codes: scale and minimum 6 bits, elements 5 bits.
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–3 | m |
/// | 4–15 | scale and minimum codes, see `SixBitScales` |
/// | 16–47 | bit s of byte i: the highest bit of the code of element i of sub-block s |
/// | 48–175 | 32 bytes for each 64 elements: byte i has the low four bits of element i (low half) and of i + 32 |
public enum Q5_K: WeightedBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.q5_k

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    codeField(index).read(block)
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float {
    half(block, at: 0) * Float(SixBitScales.scaleField(index).read(block))
  }

  public static func minimum(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float? {
    -(half(block, at: 2) * Float(SixBitScales.minimumField(index).read(block)))
  }

  /// Searches by `SuperBlockSearch`; d and m are never negative.
  public static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer
  ) {
    let found = search.superBlock(values, importance: weights)
    block.clear()
    block.storeBytes(of: found.scale, as: Float16.self)
    block.storeBytes(of: found.minimumScale, toByteOffset: 2, as: Float16.self)
    for subBlock in 0..<8 {
      SixBitScales.scaleField(subBlock).write(Int(found.scaleCodes[subBlock]), into: block)
      SixBitScales.minimumField(subBlock).write(Int(found.minimumCodes[subBlock]), into: block)
    }
    for index in 0..<256 { codeField(index).write(Int(found.codes[index]), into: block) }
  }

  private static let search = SuperBlockSearch(
    levels: ConsecutiveLevels(0...31), subBlockElementCount: 32, scaleCodes: 0...63, minimumCodes: 0...63)

  private static func codeField(_ index: Int) -> SplitBitField {
    SplitBitField(
      low: BitField(byte: 48 + index / 64 * 32 + index % 32, shift: index / 32 % 2 * 4, width: 4),
      high: BitField(byte: 16 + index % 32, shift: index / 32, width: 1))
  }
}
