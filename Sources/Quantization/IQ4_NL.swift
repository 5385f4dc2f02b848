import TensorTypes

/// 32 elements as a half-precision scale d and 32 four-bit codes: element = d · level of the code.
///
/// The levels are those of `NonlinearLevels`, -127...113.
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–17 | byte 2 + i: the code of element i in its low half, of element i + 16 in its high half |
public enum IQ4_NL: WeightedBlockFormat, AffineBlockFormat {
  public static let elementType = ElementType.iq4_nl

  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    NonlinearLevels.table[codes.read(block, index)]
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float { half(block, at: 0) }

  /// Searches by `SuperBlockSearch`.
  public static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer
  ) {
    let found = search.superBlock(values, importance: weights)
    block.storeBytes(of: found.scale, as: Float16.self)
    codes.write(found.firstCodes, into: block)
  }

  private static let search = SuperBlockSearch(
    levels: NonlinearLevels(), subBlockElementCount: 32, scaleCodes: 1...1)

  private static var codes: CodesOf32 { CodesOf32(lowBits: 2) }
}
