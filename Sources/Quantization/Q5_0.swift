import TensorTypes

/// 32 elements as a half-precision scale d and 32 five-bit codes: element = d · (code - 16).
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–5 | bit i of the 32: the highest bit of the code of element i |
/// | 6–21 | byte 6 + i: the low four bits of element i in its low half, of element i + 16 in its high half |
public enum Q5_0: WeightedBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.q5_0

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    codeField(index).read(block) - 16
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float { half(block, at: 0) }

  /// d = m / -16 for the element m of the largest magnitude (the first of equals), code = ⌊x / d + 16.5⌋, at most
  /// 31; the codes are chosen before d is rounded to half precision.
  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    let scale = BlockRounding.extreme(values) / -16
    let codes = BlockRounding.truncatedCodes(
      values, inverse: BlockRounding.reciprocal(scale), shift: 16.5, largest: 31)
    store(Float16(scale), codes, into: block)
  }

  /// Searches by `SuperBlockSearch`.
  public static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer
  ) {
    let found = search.superBlock(values, importance: weights)
    store(found.scale, found.firstCodes, into: block)
  }

  private static let search = SuperBlockSearch(
    levels: ConsecutiveLevels(-16...15), subBlockElementCount: 32, scaleCodes: 1...1)

  private static func store(
    _ scale: Float16, _ codes: BlockRounding.Codes, into block: UnsafeMutableRawBufferPointer
  ) {
    block.clear()
    block.storeBytes(of: scale, as: Float16.self)
    for index in 0..<32 {
      codeField(index).write(Int(codes[index]), into: block)
    }
  }

  private static func codeField(_ index: Int) -> SplitBitField {
    SplitBitField(
      low: BitField(byte: 6 + index % 16, shift: index / 16 * 4, width: 4),
      high: BitField(byte: 2 + index / 8, shift: index % 8, width: 1))
  }
}
