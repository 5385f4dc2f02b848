/// What a block of sub-blocks stores: element = scale · scaleCode · level - minimumScale · minimumCode.
struct SuperBlock {
  var scale: Float16 = 0
  var minimumScale: Float16 = 0
  /// One a sub-block.
  var scaleCodes = InlineArray<16, Int8>(repeating: 0)
  /// One a sub-block; zeros where the format has no minimums.
  var minimumCodes = InlineArray<16, Int8>(repeating: 0)
  /// One an element: the index of its level.
  var codes = InlineArray<256, UInt8>(repeating: 0)

  /// The codes of a block of 32.
  var firstCodes: InlineArray<32, UInt8> {
    var first = InlineArray<32, UInt8>(repeating: 0)
    for index in 0..<32 { first[index] = codes[index] }
    return first
  }

  /// Reads back as NaN, whatever the format.
  static func notANumber(scaleCode: Int8) -> SuperBlock {
    SuperBlock(scale: .nan, scaleCodes: InlineArray(repeating: scaleCode))
  }
}
