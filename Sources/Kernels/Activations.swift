import CKernelABI

/// Quantizes floats to int8 blocks of 32: scale = max|x| / 127, value = x · (127 / max|x|) rounded half to even.
///
/// A block whose maximum is below about 2^-121 becomes zeros with scale 0; one with an infinity or NaN, zeros with
/// scale NaN, so that whatever is computed from it is NaN too.
/// - Precondition: `count` is a multiple of 32; `output` has `nacre_activation_bytes(count)` bytes.
func quantizeActivations(
  _ input: UnsafePointer<Float>, _ count: Int, _ output: UnsafeMutableRawPointer
) {
  let blocks = output.assumingMemoryBound(to: nacre_activation_block.self)
  // Adding 1.5·2^23 rounds to an integer in the low mantissa bits, half to even.
  let rounder = Floats(repeating: 12_582_912)
  let rounderBits = unsafeBitCast(rounder, to: Ints.self)
  for block in 0..<count / 32 {
    let low = loadVector(input + block * 32, as: Floats.self)
    let high = loadVector(input + block * 32 + 16, as: Floats.self)
    let largest = Float(bitPattern: UInt32(bitPattern: nacre_maximum_int(magnitudeBits(low, high))))
    let inverse = 127 / largest
    let factor = inverse.isFinite && largest.isFinite ? inverse : 0
    let isFinite = largest.isFinite
    let zero = Ints(repeating: 0)
    let lowInts = isFinite ? unsafeBitCast(low * factor + rounder, to: Ints.self) &- rounderBits : zero
    let highInts = isFinite ? unsafeBitCast(high * factor + rounder, to: Ints.self) &- rounderBits : zero
    storeVector(nacre_narrow_to_int8(lowInts), to: blocks + block)
    storeVector(nacre_narrow_to_int8(highInts), to: UnsafeMutableRawPointer(blocks + block) + 16)
    let scale = isFinite ? (factor == 0 ? 0 : largest / 127) : .nan
    let (lowSum, highSum) = (nacre_sum_int(lowInts), nacre_sum_int(highInts))
    blocks[block].scale = scale
    blocks[block].scaled_sum = scale * Float(lowSum &+ highSum)
    blocks[block].start = -128 &* (lowSum &+ highSum)
    blocks[block].low_start = -128 &* lowSum
  }
}

/// The larger magnitudes of two vectors as integers: their order is that of the floats, infinity and NaN on top.
@inline(__always)
private func magnitudeBits(_ a: Floats, _ b: Floats) -> Ints {
  let mask = Ints(repeating: 0x7fff_ffff)
  return nacre_larger_int(unsafeBitCast(a, to: Ints.self) & mask, unsafeBitCast(b, to: Ints.self) & mask)
}

/// accumulator += addend.
func add(_ addend: UnsafePointer<Float>, _ count: Int, _ accumulator: UnsafeMutablePointer<Float>) {
  mapVectors(count: count, from: addend, and: UnsafePointer(accumulator), to: accumulator) { $1 + $0 }
}
