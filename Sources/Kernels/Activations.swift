import CKernelABI

/// Quantizes floats to int8 blocks of 32: scale = max|x| / 127, value = x / scale rounded half to even.
/// - Precondition: `count` is a multiple of 32; `output` has `nacre_activation_bytes(count)` bytes.
func quantizeActivations(
  _ input: UnsafePointer<Float>, _ count: Int, _ output: UnsafeMutableRawPointer
) {
  let scales = (output + Int(nacre_activation_scale_offset(Int64(count)))).assumingMemoryBound(to: Float.self)
  let sums = (output + Int(nacre_activation_sum_offset(Int64(count)))).assumingMemoryBound(to: Int32.self)
  // Adding 1.5·2^23 rounds to an integer in the low mantissa bits, half to even.
  let rounder = Floats(repeating: 12_582_912)
  let rounderBits = unsafeBitCast(rounder, to: Ints.self)
  for block in 0..<count / 32 {
    let low = loadVector(input + block * 32, as: Floats.self)
    let high = loadVector(input + block * 32 + 16, as: Floats.self)
    let largest = nacre_maximum(nacre_larger(nacre_absolute(low), nacre_absolute(high)))
    let inverse = largest > 0 ? 127 / largest : 0
    let lowInts = unsafeBitCast(low * inverse + rounder, to: Ints.self) &- rounderBits
    let highInts = unsafeBitCast(high * inverse + rounder, to: Ints.self) &- rounderBits
    storeVector(nacre_narrow_to_int8(lowInts), to: output + block * 32)
    storeVector(nacre_narrow_to_int8(highInts), to: output + block * 32 + 16)
    scales[block] = largest / 127
    sums[block] = nacre_sum_int(lowInts &+ highInts)
  }
}

/// accumulator += addend.
func add(_ addend: UnsafePointer<Float>, _ count: Int, _ accumulator: UnsafeMutablePointer<Float>) {
  mapVectors(count: count, from: addend, and: UnsafePointer(accumulator), to: accumulator) { $1 + $0 }
}
