import TensorTypes

/// 32 elements as a half-precision scale d and minimum m and 32 five-bit codes: element = d · code + m.
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–3 | m |
/// | 4–7 | bit i of the 32: the highest bit of the code of element i |
/// | 8–23 | byte 8 + i: the low four bits of element i in its low half, of element i + 16 in its high half |
public enum Q5_1: WeightedBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.q5_1

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    codeField(index).read(block)
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float { half(block, at: 0) }

  public static func minimum(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float? { half(block, at: 2) }

  /// d = (max x - min x) / 31, m = min x, code = ⌊(x - m) / d + 0.5⌋, at most 31; the codes are chosen before d and
  /// m are rounded to half precision.
  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    let (minimum, maximum) = BlockRounding.bounds(values)
    let scale = (maximum - minimum) / 31
    let codes = BlockRounding.truncatedCodes(
      values, origin: minimum, inverse: BlockRounding.reciprocal(scale), shift: 0.5, largest: 31)
    store(Float16(scale), Float16(minimum), codes, into: block)
  }

  /// Searches by `SuperBlockSearch`.
  public static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer
  ) {
    let found = search.superBlock(values, importance: weights)
    store(found.scale, -found.minimumScale, found.firstCodes, into: block)
  }

  private static let search = SuperBlockSearch(
    levels: ConsecutiveLevels(0...31), subBlockElementCount: 32, scaleCodes: 1...1, minimumCodes: 1...1)

  private static func store(
    _ scale: Float16, _ minimum: Float16, _ codes: BlockRounding.Codes,
    into block: UnsafeMutableRawBufferPointer
  ) {
    block.clear()
    block.storeBytes(of: scale, as: Float16.self)
    block.storeBytes(of: minimum, toByteOffset: 2, as: Float16.self)
    for index in 0..<32 {
      codeField(index).write(Int(codes[index]), into: block)
    }
  }

  private static func codeField(_ index: Int) -> SplitBitField {
    SplitBitField(
      low: BitField(byte: 8 + index % 16, shift: index / 16 * 4, width: 4),
      high: BitField(byte: 4 + index / 8, shift: index % 8, width: 1))
  }
}
