/// How the formats of 32 elements with one half-precision scale choose their codes, bit for bit as the Python package
/// gguf does on finite input; nothing traps on other input.
///
/// Written so that the compiler can use vectors: no branches, no conversions that may trap.
enum BlockRounding {
  typealias Codes = InlineArray<32, UInt8>

  /// The element of the largest magnitude, the first of equals.
  static func extreme(_ values: UnsafeBufferPointer<Float>) -> Float {
    let largest = largestMagnitude(values)
    for value in values where abs(value) == largest { return value }
    return .nan
  }

  /// The largest magnitude; NaN does not count.
  static func largestMagnitude(_ values: UnsafeBufferPointer<Float>) -> Float {
    var lanes = Lanes.zero
    for start in stride(from: 0, to: 32, by: 8) {
      for lane in 0..<8 {
        let magnitude = abs(values[start + lane])
        lanes[lane] = magnitude > lanes[lane] ? magnitude : lanes[lane]
      }
    }
    return lanes.indices.reduce(0) { max($0, lanes[$1]) }
  }

  /// The smallest and the largest element.
  static func bounds(_ values: UnsafeBufferPointer<Float>) -> (minimum: Float, maximum: Float) {
    var (lowest, highest) = (Lanes(repeating: values[0]), Lanes(repeating: values[0]))
    for start in stride(from: 0, to: 32, by: 8) {
      for lane in 0..<8 {
        let value = values[start + lane]
        lowest[lane] = value < lowest[lane] ? value : lowest[lane]
        highest[lane] = value > highest[lane] ? value : highest[lane]
      }
    }
    return lowest.indices.reduce((values[0], values[0])) { (min($0.0, lowest[$1]), max($0.1, highest[$1])) }
  }

  /// 1 / scale, and 0 for a scale of 0.
  static func reciprocal(_ scale: Float) -> Float { scale == 0 ? 0 : 1 / scale }

  /// (value - origin) · inverse + shift without its fraction, in `0...largest`; 0 for what is no finite number.
  static func truncatedCodes(
    _ values: UnsafeBufferPointer<Float>, origin: Float = 0, inverse: Float, shift: Float, largest: Float
  ) -> Codes {
    var codes = Codes(repeating: 0)
    for index in 0..<32 {
      let shifted = (values[index] - origin) * inverse + shift
      let inside = shifted > 0 && shifted < .infinity ? min(shifted, largest) : 0
      // The sum has no bits for a fraction: it is rounded to an integer, which may be too large.
      let rounded = inside + 0x1p23 - 0x1p23
      codes[index] = lowByte(rounded - (rounded > inside ? 1 : 0))
    }
    return codes
  }

  /// value · inverse rounded to the nearest integer, ties away from zero, as two's complement; 0 for what is no
  /// finite number.
  static func roundedCodes(_ values: UnsafeBufferPointer<Float>, inverse: Float) -> Codes {
    var codes = Codes(repeating: 0)
    for index in 0..<32 {
      let scaled = values[index] * inverse
      let magnitude = abs(scaled)
      let even = magnitude + 0x1p23 - 0x1p23
      let rounded = even + (magnitude - even == 0.5 ? 1 : 0)
      codes[index] = lowByte(magnitude < 0x1p20 ? (scaled < 0 ? -rounded : rounded) : 0)
    }
    return codes
  }

  /// The lowest byte of an integer of magnitude below 2^22.
  private static func lowByte(_ integer: Float) -> UInt8 {
    UInt8(truncatingIfNeeded: (integer + 0x1.8p23).bitPattern)
  }
}
