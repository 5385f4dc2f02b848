#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The rotary scaling of Llama 3.1 and later: slow rotations are slowed down by `factor`, fast ones stay, with a
/// smooth passage between (Llama 3 reference implementation).
struct Llama3Scaling: Equatable {
  let factor: Double
  let lowFactor: Double
  let highFactor: Double
  let originalContextLength: Int

  /// What each pair's frequency is divided by, in the single precision of the published files.
  /// - Returns: Shape `[headSize / 2]`.
  func divisors(base: Double, headSize: Int) -> [Float] {
    let context = Float(originalContextLength)
    let (factor, low, high) = (Float(factor), Float(lowFactor), Float(highFactor))
    return stride(from: 0, to: headSize, by: 2).map { index in
      let frequency = 1 / powf(Float(base), Float(index) / Float(headSize))
      let wavelength = 2 * Float.pi / frequency
      if wavelength < context / high { return 1 }
      if wavelength > context / low { return factor }
      let smooth = (context / wavelength - low) / (high - low)
      return 1 / ((1 - smooth) / factor + smooth)
    }
  }
}
