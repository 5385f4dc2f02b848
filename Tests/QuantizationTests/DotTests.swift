import Quantization
import TensorTypes
import TestSupport
import Testing

@Suite struct DotTests {
  static let types = BlockFormats.all.map { $0.elementType }

  private func random(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
  }

  /// Activations whose blocks of 32 have very different scales.
  private func activations(_ count: Int, seed: UInt64) -> ActivationRow {
    ActivationRow(random(count, seed: seed).enumerated().map { $1 * Float(1 << ($0 / 32 % 7)) })
  }

  @Test(
    "The product with int8 activations is that of the decoded rows", arguments: types, [0, 1, 2, 13])
  func dot(type: ElementType, blockCount: Int) throws {
    let count = blockCount * max(32, type.blockElementCount)
    let format = try #require(BlockFormats.writableFormat(for: type))
    let row = format.quantize(random(count, seed: 1).enumerated().map { $1 * Float(1 + $0 / 16 % 3) })
    let activations = activations(count, seed: 2)
    let product = row.withUnsafeBytes { format.dot($0, activations) }
    var (exact, magnitude) = (0.0, 0.0)
    for (index, weight) in format.dequantize(row).enumerated() {
      let activation = Double(activations.codes[index]) * Double(activations.scales[index / 32])
      exact += Double(weight) * activation
      magnitude += abs(Double(weight) * activation)
    }
    #expect(abs(Double(product) - exact) <= 2e-7 * magnitude)
    #expect(count == 0 || abs(exact) > 1e-4)
  }

  @Test("The product with floats is exact to double precision", arguments: types)
  func floatDot(type: ElementType) throws {
    let format = try #require(BlockFormats.writableFormat(for: type))
    let row = format.quantize([Float](repeating: 1, count: 256))
    let sum = format.dot(row, floats: (0..<256).map { Float($0) })
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

  @Test("A Q4_1 product adds the codes and then the minimum of each block")
  func q4MinimumOrder() throws {
    let row = try Fixture.bytes("Q4_1.bytes")
    let count = row.count / 20 * 32
    let activations = activations(count, seed: 6)
    var expected: Float = 0
    for block in 0..<count / 32 {
      let bytes = row[block * 20..<(block + 1) * 20].map { $0 }
      var (products, codes) = (0, 0)
      for index in 0..<32 {
        let nibble = index < 16 ? bytes[4 + index] & 0xf : bytes[4 + index - 16] >> 4
        products += Int(nibble) * Int(activations.codes[block * 32 + index])
        codes += Int(activations.codes[block * 32 + index])
      }
      let (scale, minimum) = (half(bytes, 0), half(bytes, 2))
      expected = expected.addingProduct(Float(products), scale * activations.scales[block])
      expected = expected.addingProduct(Float(codes), minimum * activations.scales[block])
    }
    #expect(row.withUnsafeBytes { Q4_1.dot($0, activations) } == expected)
  }

  @Test("The halves of a block of activations are added one after the other in a Q6_K product")
  func q6Order() throws {
    let row = try Fixture.bytes("Q6_K.bytes")
    let count = row.count / 210 * 256
    let activations = activations(count, seed: 7)
    let values = Q6_K.dequantize(row)
    var expected: Float = 0
    for start in stride(from: 0, to: count, by: 16) {
      let bytes = row[start / 256 * 210..<(start / 256 + 1) * 210].map { $0 }
      let scale = half(bytes, 208) * Float(Int8(bitPattern: bytes[192 + start % 256 / 16]))
      let product = (start..<start + 16).reduce(Float(0)) {
        // A level is the value over the scale, both exact.
        $0 + (scale == 0 ? 0 : values[$1] / scale * Float(activations.codes[$1]))
      }
      expected = expected.addingProduct(product, scale * activations.scales[start / 32])
    }
    #expect(row.withUnsafeBytes { Q6_K.dot($0, activations) } == expected)
  }

  private func half(_ bytes: [UInt8], _ offset: Int) -> Float {
    Float(Float16(bitPattern: UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8))
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
    let row = format.quantize([Float](repeating: 1, count: 256))
    let activations = ActivationRow([Float](repeating: 1, count: 255) + [.nan])
    #expect(row.withUnsafeBytes { format.dot($0, activations) }.isNaN)
  }
}
