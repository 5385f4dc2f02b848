import Glibc

/// SplitMix64 (Steele et al. 2014): random numbers that a seed determines.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number in −1..<1.
  mutating func uniform() -> Float { Float(Int64(bitPattern: next()) >> 40) / Float(1 << 23) }

  /// Two numbers of the standard normal distribution (Box and Muller 1958).
  mutating func normals() -> (Float, Float) {
    // In 0<...1: the logarithm is finite.
    let radius = (-2 * log((Double(next() >> 11) + 1) * 0x1p-53)).squareRoot()
    let angle = 2 * Double.pi * (Double(next() >> 11) * 0x1p-53)
    return (Float(radius * cos(angle)), Float(radius * sin(angle)))
  }
}
