import CKernelABI

/// 32 floats as int8 codes with one scale: value ≈ scale · code.
struct ByteBlock {
  let low: SIMD16<Int8>
  let high: SIMD16<Int8>
  /// Σ codes.
  let sum: Int32
  let scale: Float

  /// Scale = max|x| / 127, codes rounded half to even. A block with an infinity or NaN becomes zeros with scale NaN.
  /// - Parameters:
  ///   - count: Floats to read, at most 32; the codes of the others are 0.
  ///   - hasHalfScale: Rounds the scale to half precision before codes are made, so that they fit it.
  @inline(__always)
  init(_ floats: UnsafePointer<Float>, count: Int, hasHalfScale: Bool) {
    let (a, b) = (loadUpTo16(floats, count: count), loadUpTo16(floats + 16, count: count - 16))
    let mask = Ints(repeating: 0x7fff_ffff)
    // The order of magnitudes' bits is that of the floats, infinity and NaN on top.
    let magnitudes = nacre_larger_int(
      unsafeBitCast(a, to: Ints.self) & mask, unsafeBitCast(b, to: Ints.self) & mask)
    let largest = Float(bitPattern: UInt32(bitPattern: nacre_maximum_int(magnitudes)))
    var scale = largest / 127
    if hasHalfScale {
      let half = nacre_half_from_float(Floats(repeating: scale))
      scale = nacre_float_from_half(half)[0]
    }
    let inverse = 1 / scale
    let factor = inverse.isFinite && scale.isFinite ? inverse : 0
    (low, high) = (Self.codes(a, factor), Self.codes(b, factor))
    sum = Self.sum(low) &+ Self.sum(high)
    self.scale = scale.isFinite ? (factor == 0 ? 0 : scale) : .nan
  }

  @inline(__always)
  private static func codes(_ floats: Floats, _ factor: Float) -> SIMD16<Int8> {
    // Adding 1.5·2^23 rounds to an integer in the low mantissa bits, half to even.
    let rounder = Floats(repeating: 12_582_912)
    let limit = Floats(repeating: 127)
    // A scale that was rounded down far makes codes beyond the limit.
    let scaled = nacre_smaller(nacre_larger(floats * factor, -limit), limit)
    let integers = unsafeBitCast(scaled + rounder, to: Ints.self) &- unsafeBitCast(rounder, to: Ints.self)
    return nacre_narrow_to_int8(factor == 0 ? Ints(repeating: 0) : integers)
  }

  @inline(__always)
  private static func sum(_ codes: SIMD16<Int8>) -> Int32 {
    nacre_sum_int(nacre_int_from_signed_bytes(codes))
  }

  /// The scale as a half.
  var halfScale: UInt16 {
    @inline(__always) get { nacre_half_from_float(Floats(repeating: scale))[0] }
  }
}
