import TensorTypes

/// 32 elements as a half-precision scale d, first in the block, and codes of consecutive levels around 0:
/// element = d · level.
protocol SymmetricBlockFormat: WeightedBlockFormat, AffineBlockFormat {
  /// Code 0 is the lowest.
  static var levels: ClosedRange<Int> { get }
  static var codes: CodesOf32 { get }
}

extension SymmetricBlockFormat {
  public static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    codes.read(block, index) + levels.lowerBound
  }

  public static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float { half(block, at: 0) }

  /// d = m / lowest level for the element m of the largest magnitude (the first of equals), code =
  /// ⌊x / d - lowest level + 0.5⌋, at most the highest; the codes are chosen before d is rounded to half precision.
  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    let lowest = Float(levels.lowerBound)
    let scale = BlockRounding.extreme(values) / lowest
    let found = BlockRounding.truncatedCodes(
      values, inverse: BlockRounding.reciprocal(scale), shift: 0.5 - lowest,
      largest: Float(levels.upperBound) - lowest)
    block.storeBytes(of: Float16(scale), as: Float16.self)
    codes.write(found, into: block)
  }

  /// Searches by `SuperBlockSearch`.
  public static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer
  ) {
    let search = SuperBlockSearch(
      levels: ConsecutiveLevels(levels), subBlockElementCount: 32, scaleCodes: 1...1)
    let found = search.superBlock(values, importance: weights)
    block.storeBytes(of: found.scale, as: Float16.self)
    codes.write(found.firstCodes, into: block)
  }
}
