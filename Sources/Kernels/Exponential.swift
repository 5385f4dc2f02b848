import CKernelABI

/// e^x for 16 values: x = n·ln 2 + r with |r| ≤ ln 2 / 2, a polynomial for e^r (Cephes `expf`), 2^n by the exponent bits.
///
/// Relative error below 2^-22; results under 2^-126 become 0, inputs are limited to ±88.
@inline(__always)
func exponential(_ input: Floats) -> Floats {
  let lowest = Floats(repeating: -87.33654)
  let x = nacre_smaller(nacre_larger(input, lowest), Floats(repeating: 88))
  // Adding 1.5·2^23 leaves the nearest integer in the low mantissa bits.
  let rounder = Floats(repeating: 12_582_912)
  let shifted = nacre_multiply_add(rounder, x, Floats(repeating: 1.442_695_040_9))
  let n = shifted - rounder
  var r = nacre_multiply_add(x, n, Floats(repeating: -0.693_359_375))
  r = nacre_multiply_add(r, n, Floats(repeating: 2.121_944_4e-4))
  var p = Floats(repeating: 1.987_569_1e-4)
  p = nacre_multiply_add(Floats(repeating: 1.398_199_9e-3), p, r)
  p = nacre_multiply_add(Floats(repeating: 8.333_451_9e-3), p, r)
  p = nacre_multiply_add(Floats(repeating: 4.166_579_6e-2), p, r)
  p = nacre_multiply_add(Floats(repeating: 1.666_666_5e-1), p, r)
  p = nacre_multiply_add(Floats(repeating: 0.5), p, r)
  p = nacre_multiply_add(r + 1, p, r * r)
  return nacre_zero_below(p * nacre_power_of_two(shifted), input, lowest)
}

/// x / (1 + e^-x).
@inline(__always)
func silu(_ x: Floats) -> Floats { x / (1 + exponential(-x)) }

@inline(__always)
func siluMultiply(
  _ gate: UnsafePointer<Float>, _ up: UnsafePointer<Float>, _ count: Int,
  _ output: UnsafeMutablePointer<Float>
) {
  mapVectors(count: count, from: gate, and: up, to: output) { silu($0) * $1 }
}
