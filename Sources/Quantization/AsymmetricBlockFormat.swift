import TensorTypes

/// 32 elements as a half-precision scale d and minimum m, first in the block, and unsigned codes:
/// element = d · code + m.
protocol AsymmetricBlockFormat: WeightedBlockFormat, AffineBlockFormat {
  static var largestCode: Int { get }
  static var codes: CodesOf32 { get }
}

extension AsymmetricBlockFormat {
  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int { codes.read(block, index) }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float { half(block, at: 0) }

  public static func minimum(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float? { half(block, at: 2) }

  /// d = (max x - min x) / largest code, m = min x, code = ⌊(x - m) / d + 0.5⌋, at most the largest; the codes are
  /// chosen before d and m are rounded to half precision.
  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    let (minimum, maximum) = BlockRounding.bounds(values)
    let scale = (maximum - minimum) / Float(largestCode)
    let found = BlockRounding.truncatedCodes(
      values, origin: minimum, inverse: BlockRounding.reciprocal(scale), shift: 0.5,
      largest: Float(largestCode))
    store(Float16(scale), Float16(minimum), found, into: block)
  }

  /// Searches by `SuperBlockSearch`.
  public static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer
  ) {
    let search = SuperBlockSearch(
      levels: ConsecutiveLevels(0...largestCode), subBlockElementCount: 32, scaleCodes: 1...1,
      minimumCodes: 1...1)
    let found = search.superBlock(values, importance: weights)
    store(found.scale, -found.minimumScale, found.firstCodes, into: block)
  }

  private static func store(
    _ scale: Float16, _ minimum: Float16, _ found: BlockRounding.Codes,
    into block: UnsafeMutableRawBufferPointer
  ) {
    block.storeBytes(of: scale, as: Float16.self)
    block.storeBytes(of: minimum, toByteOffset: 2, as: Float16.self)
    codes.write(found, into: block)
  }
}
