import Foundation
import Quantization
import TensorTypes
import TestSupport
import Testing

/// The formats whose writers search for the least error.
@Suite struct SearchedFormatTests {
  static let types: [ElementType] = [.q2_k, .q3_k, .q4_k, .q5_k, .q6_k, .iq4_nl, .iq4_xs]

  /// Upper limits of √(Σ error² / Σ value²) for normal numbers, a little above what the writers reach.
  ///
  /// llama.cpp's writers reached, on normal numbers: Q2_K 0.2954, Q3_K 0.1502, Q4_K 0.0711, Q5_K 0.0361,
  /// Q6_K 0.0178, IQ4_NL 0.0761, IQ4_XS 0.0767 (its `quantize_*` functions without an importance matrix, as in
  /// llama-cpp-python 0.3.36; 102400 numbers).
  static let limits: [(ElementType, Double)] = [
    (.q2_k, 0.265), (.q3_k, 0.146), (.q4_k, 0.0705), (.q5_k, 0.0350), (.q6_k, 0.0172), (.iq4_nl, 0.0743),
    (.iq4_xs, 0.0749),
  ]

  private func format(_ type: ElementType) throws -> any WeightedBlockFormat.Type {
    try #require(BlockFormats.writableFormat(for: type) as? any WeightedBlockFormat.Type)
  }

  /// Normal numbers (Box and Muller 1958).
  private func normalNumbers(_ count: Int, spread: Float, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let radius = (-2 * log(Double.random(in: 0x1p-53...1, using: &generator))).squareRoot()
      return Float(radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))) * spread
    }
  }

  private func relativeError(_ decoded: [Float], _ values: [Float]) -> Double {
    var (error, square) = (0.0, 0.0)
    for (ours, value) in zip(decoded, values) {
      error += (Double(ours) - Double(value)) * (Double(ours) - Double(value))
      square += Double(value) * Double(value)
    }
    return (error / square).squareRoot()
  }

  @Test("Normal numbers of any size come back within the limit", arguments: limits)
  func normalNumbers(type: ElementType, limit: Double) throws {
    let format = try format(type)
    for spread in [1, 0.02, 300] as [Float] {
      let values = normalNumbers(8192, spread: spread, seed: 11)
      let error = relativeError(format.dequantize(format.quantize(values)), values)
      #expect(error < limit)
      #expect(error > 0.95 * limit)
    }
  }

  @Test("Numbers on one side of zero, and with outliers, come back as well", arguments: limits)
  func otherNumbers(type: ElementType, limit: Double) throws {
    let format = try format(type)
    var generator = SeededGenerator(seed: 12)
    let values = generator.floats(2048)
    for other in [values.map { $0 + 5 }, values.map { $0 - 5 }, values.map { $0 * $0 * $0 * $0 * $0 }] {
      #expect(relativeError(format.dequantize(format.quantize(other)), other) < 1.5 * limit)
    }
  }

  @Test("Zeros stay zeros", arguments: types)
  func zeros(type: ElementType) throws {
    let format = try format(type)
    let values = [Float](repeating: 0, count: 256)
    #expect(format.dequantize(format.quantize(values)) == values)
  }

  @Test("A constant comes back to a percent", arguments: types, [1, -1, 3e-3, -70000] as [Float])
  func constants(type: ElementType, value: Float) throws {
    let format = try format(type)
    let values = [Float](repeating: value, count: 256)
    #expect(relativeError(format.dequantize(format.quantize(values)), values) < 0.01)
  }

  @Test(
    "Numbers too small for the format come back no worse than as zeros", arguments: types,
    [1e-5, 1e-7, 1e-9, 1e-38, 1e-42] as [Float])
  func tiny(type: ElementType, spread: Float) throws {
    let format = try format(type)
    var generator = SeededGenerator(seed: 13)
    let values = generator.floats(512, spread: spread)
    #expect(relativeError(format.dequantize(format.quantize(values)), values) <= 1)
  }

  @Test("Numbers too large for the format are cut, not infinite", arguments: types)
  func huge(type: ElementType) throws {
    let format = try format(type)
    let values = (0..<256).map { $0 % 2 == 0 ? Float.greatestFiniteMagnitude : -.greatestFiniteMagnitude }
    let decoded = format.dequantize(format.quantize(values))
    #expect(decoded.allSatisfy { $0.isFinite })
    #expect(zip(decoded, values).allSatisfy { ($0 > 0) == ($1 > 0) })
  }

  @Test(
    "A block with a number that is not finite is all NaN; its neighbours are not", arguments: types,
    [Float.nan, .infinity, -.infinity])
  func notFinite(type: ElementType, value: Float) throws {
    let format = try format(type)
    let count = type.blockElementCount
    var values = [Float](repeating: 1, count: 3 * count)
    values[count + 5] = value
    let decoded = format.dequantize(format.quantize(values))
    #expect(decoded.enumerated().allSatisfy { $1.isNaN == ($0 / count == 1) })
  }

  @Test("Heavier elements come back nearer", arguments: types)
  func weights(type: ElementType) throws {
    let format = try format(type)
    var generator = SeededGenerator(seed: 14)
    let values = generator.floats(2048)
    let heavy = (0..<2048).map { $0 % 4 == 1 }
    let plain = format.dequantize(format.quantize(values))
    let weighted = format.dequantize(format.quantize(values, weights: heavy.map { $0 ? 20 : 0.5 }))
    let chosen = values.indices.filter { heavy[$0] }
    let (before, after) = (
      relativeError(chosen.map { plain[$0] }, chosen.map { values[$0] }),
      relativeError(chosen.map { weighted[$0] }, chosen.map { values[$0] })
    )
    #expect(after < 0.9 * before)
  }

  @Test("Weights that are all zero, or all the same, are as none", arguments: types)
  func equalWeights(type: ElementType) throws {
    let format = try format(type)
    var generator = SeededGenerator(seed: 15)
    let values = generator.floats(512)
    for weight in [0, 1, 4] as [Float] {
      let row = format.quantize(values, weights: [Float](repeating: weight, count: 512))
      #expect(row == format.quantize(values))
    }
  }

  @Test("Elements without weight still come out near", arguments: limits)
  func weightless(type: ElementType, limit: Double) throws {
    let format = try format(type)
    var generator = SeededGenerator(seed: 16)
    let values = generator.floats(1024)
    let row = format.quantize(values, weights: values.indices.map { $0 / 32 % 2 == 0 ? 1 : 0 })
    #expect(relativeError(format.dequantize(row), values) < 1.5 * limit)
  }
}
