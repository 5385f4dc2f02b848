import TensorTypes

/// 32 elements as a half-precision scale d and 32 four-bit codes: element = d · (code - 8).
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–17 | byte 2 + i: the code of element i in its low half, of element i + 16 in its high half |
public enum Q4_0: WeightedBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.q4_0

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    codeField(index).read(block) - 8
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float { half(block, at: 0) }

  /// d = m / -8 for the element m of the largest magnitude (the first of equals), code = ⌊x / d + 8.5⌋, at most 15;
  /// the codes are chosen before d is rounded to half precision.
  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    let scale = BlockRounding.extreme(values) / -8
    let codes = BlockRounding.truncatedCodes(
      values, inverse: BlockRounding.reciprocal(scale), shift: 8.5, largest: 15)
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
    levels: ConsecutiveLevels(-8...7), subBlockElementCount: 32, scaleCodes: 1...1)

  private static func store(
    _ scale: Float16, _ codes: BlockRounding.Codes, into block: UnsafeMutableRawBufferPointer
  ) {
    block.storeBytes(of: scale, as: Float16.self)
    for index in 0..<16 { block[2 + index] = codes[index] | codes[index + 16] << 4 }
  }

  private static func codeField(_ index: Int) -> BitField {
    BitField(byte: 2 + index % 16, shift: index / 16 * 4, width: 4)
  }
}
