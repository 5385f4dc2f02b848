import Quantization
import TensorTypes
import TestSupport
import Testing

@Suite struct DotTests {
  static let types: [ElementType] = [.f32, .f16, .bf16, .q8_0, .q4_0]

  private func random(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
  }

  @Test("The product with int8 activations is that of the decoded rows", arguments: types, [0, 32, 64, 416])
  func dot(type: ElementType, count: Int) throws {
    let format = try #require(BlockFormats.writableFormat(for: type))
    let row = format.quantize(random(count, seed: 1))
    let activations = ActivationRow(random(count, seed: 2))
    let product = row.withUnsafeBytes { format.dot($0, activations) }
    let exact = zip(format.dequantize(row), 0..<count).reduce(0.0) { sum, pair in
      let activation = Double(activations.codes[pair.1]) * Double(activations.scales[pair.1 / 32])
      return sum + Double(pair.0) * activation
    }
    #expect(abs(Double(product) - exact) <= 1e-6 * Double(count))
    #expect(count == 0 || abs(exact) > 1e-4)
  }

  @Test("The product with floats is exact to double precision", arguments: types)
  func floatDot(type: ElementType) throws {
    let format = try #require(BlockFormats.writableFormat(for: type))
    let row = format.quantize([Float](repeating: 1, count: 64))
    let sum = format.dot(row, floats: (0..<64).map { Float($0) })
    #expect(
      sum == format.dequantize(row).enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) })
  }

  @Test("A Q8_0 product adds block by block, each with one rounding")
  func q8Order() {
    let weights = random(3200, seed: 4)
    let row = Q8_0.quantize(weights)
    let activations = ActivationRow(random(3200, seed: 5))
    var expected: Float = 0
    for block in 0..<100 {
      let start = block * 34
      let bits = UInt16(row[start]) | UInt16(row[start + 1]) << 8
      var integer = 0
      for index in 0..<32 {
        integer += Int(Int8(bitPattern: row[start + 2 + index])) * Int(activations.codes[block * 32 + index])
      }
      let scale = Float(Float16(bitPattern: bits)) * activations.scales[block]
      expected = expected.addingProduct(Float(integer), scale)
    }
    #expect(row.withUnsafeBytes { Q8_0.dot($0, activations) } == expected)
  }

  @Test("A Q4_0 block of all -8 times all 127 is exact")
  func q4Extremes() {
    let row = [0x00, 0x3c] + [UInt8](repeating: 0, count: 16)  // scale 1, codes 0
    let activations = ActivationRow([Float](repeating: 127, count: 32))
    #expect(row.withUnsafeBytes { Q4_0.dot($0, activations) } == -8 * 127 * 32)
  }

  @Test("Activations that are not finite make the product NaN", arguments: types)
  func notFinite(type: ElementType) throws {
    let format = try #require(BlockFormats.writableFormat(for: type))
    let row = format.quantize([Float](repeating: 1, count: 32))
    let activations = ActivationRow([Float](repeating: .nan, count: 32))
    #expect(row.withUnsafeBytes { format.dot($0, activations) }.isNaN)
  }
}
