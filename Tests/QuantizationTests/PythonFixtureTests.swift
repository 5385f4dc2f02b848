import Foundation
import Quantization
import TensorTypes
import Testing

/// Bytes and floats made by another implementation; see `Tools/fixtures/quantization_rows.py`.
enum Fixture {
  static func bytes(_ name: String) throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
    return Array(try Data(contentsOf: url))
  }

  static func floats(_ name: String) throws -> [Float] {
    F32.dequantize(try bytes(name))
  }
}

@Suite struct PythonFixtureTests {
  static let types: [ElementType] = [.f32, .f16, .bf16, .q8_0, .q4_0]

  @Test("Quantizing gives the same bytes as the Python package", arguments: types)
  func quantize(type: ElementType) throws {
    let format = try #require(BlockFormats.writableFormat(for: type))
    let quantized = format.quantize(try Fixture.floats("input.f32"))
    let expected = try Fixture.bytes("\(type).quantized")
    #expect(quantized.count == expected.count)
    let difference = zip(quantized, expected).enumerated().first { $0.element.0 != $0.element.1 }
    #expect(difference == nil, "block \(difference.map { $0.offset / type.blockByteCount } ?? 0)")
  }

  @Test("Dequantizing gives the same floats as the Python package, bit for bit", arguments: types)
  func dequantize(type: ElementType) throws {
    let format = try #require(BlockFormats.format(for: type))
    for (bytes, values) in [("quantized", "dequantized"), ("bytes", "values")] {
      let decoded = format.dequantize(try Fixture.bytes("\(type).\(bytes)"))
      let expected = try Fixture.floats("\(type).\(values)")
      #expect(decoded.map(\.bitPattern) == expected.map(\.bitPattern))
      #expect(!expected.isEmpty)
    }
  }
}
