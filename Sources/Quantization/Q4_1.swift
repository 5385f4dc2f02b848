import TensorTypes

/// 32 elements as a half-precision scale d and minimum m and 32 four-bit codes: element = d · code + m.
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–3 | m |
/// | 4–19 | byte 4 + i: the code of element i in its low half, of element i + 16 in its high half |
public enum Q4_1: WeightedBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.q4_1

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    codeField(index).read(block)
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float { half(block, at: 0) }

  public static func minimum(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float? { half(block, at: 2) }

  /// d = (max x - min x) / 15, m = min x, code = ⌊(x - m) / d + 0.5⌋, at most 15; the codes are chosen before d and
  /// m are rounded to half precision.
  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    let (minimum, maximum) = BlockRounding.bounds(values)
    let scale = (maximum - minimum) / 15
    let codes = BlockRounding.truncatedCodes(
      values, origin: minimum, inverse: BlockRounding.reciprocal(scale), shift: 0.5, largest: 15)
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
    levels: ConsecutiveLevels(0...15), subBlockElementCount: 32, scaleCodes: 1...1, minimumCodes: 1...1)

  private static func store(
    _ scale: Float16, _ minimum: Float16, _ codes: BlockRounding.Codes,
    into block: UnsafeMutableRawBufferPointer
  ) {
    block.storeBytes(of: scale, as: Float16.self)
    block.storeBytes(of: minimum, toByteOffset: 2, as: Float16.self)
    for index in 0..<16 { block[4 + index] = codes[index] | codes[index + 16] << 4 }
  }

  private static func codeField(_ index: Int) -> BitField {
    BitField(byte: 4 + index % 16, shift: index / 16 * 4, width: 4)
  }
}
