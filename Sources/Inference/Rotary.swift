import Glibc
import Platform

/// Cosines and sines of the rotary embedding's angles, made once per position when it is first reached.
///
/// Pair i of position p turns by p · base^(−2i / rotaryLength) / (scale · factor[i]) (Su et al. 2021, eq. 15).
final class Rotary {
  let pairCount: Int
  private let frequencies: [Double]
  /// The length of a turned vector of length 1.
  private let magnitude: Double
  private let cosineMemory: AlignedBuffer
  private let sineMemory: AlignedBuffer
  private var readyCount = 0

  init(_ configuration: ModelConfiguration, factors: [Float]?, capacity: Int, placement: MemoryPlacement) {
    pairCount = configuration.rotaryLength / 2
    frequencies = (0..<pairCount).map { pair in
      let exponent = -2 * Double(pair) / Double(configuration.rotaryLength)
      let frequency = pow(configuration.rotaryBase, exponent) / Double(factors?[pair] ?? 1)
      let kept =
        configuration.yarn?.kept(
          pair, rotaryLength: configuration.rotaryLength, base: configuration.rotaryBase) ?? 0
      return frequency * kept + frequency / configuration.rotaryScale * (1 - kept)
    }
    magnitude = configuration.yarn?.magnitude(scale: configuration.rotaryScale) ?? 1
    cosineMemory = AlignedBuffer(of: Float.self, count: capacity * pairCount, placement: placement)
    sineMemory = AlignedBuffer(of: Float.self, count: capacity * pairCount, placement: placement)
  }

  var buffers: [AlignedBuffer] { [cosineMemory, sineMemory] }

  /// Fills the tables up to `count` positions. Called by one thread, before others read.
  func prepare(positionCount count: Int) {
    guard count > readyCount else { return }
    for position in readyCount..<count {
      for pair in 0..<pairCount {
        let angle = Double(position) * frequencies[pair]
        cosines(position)[pair] = Float(magnitude * cos(angle))
        sines(position)[pair] = Float(magnitude * sin(angle))
      }
    }
    readyCount = count
  }

  func cosines(_ position: Int) -> UnsafeMutablePointer<Float> {
    cosineMemory.pointer(to: Float.self) + position * pairCount
  }

  func sines(_ position: Int) -> UnsafeMutablePointer<Float> {
    sineMemory.pointer(to: Float.self) + position * pairCount
  }
}
