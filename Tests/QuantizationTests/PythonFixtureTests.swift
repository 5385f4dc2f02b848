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
  /// The types that the Python package can write.
  static let writableTypes: [ElementType] = [.f32, .f16, .bf16, .q8_0, .q4_0, .q4_1, .q5_0, .q5_1]
  static let types = BlockFormats.all.map { $0.elementType }

  @Test("Quantizing gives the same bytes as the Python package", arguments: writableTypes)
  func quantize(type: ElementType) throws {
    let format = try #require(BlockFormats.writableFormat(for: type))
    let quantized = format.quantize(try Fixture.floats("input.f32"))
    let expected = try Fixture.bytes("\(type).quantized")
    #expect(quantized.count == expected.count)
    let difference = zip(quantized, expected).enumerated().first { $0.element.0 != $0.element.1 }
    #expect(difference == nil, "block \(difference.map { $0.offset / type.blockByteCount } ?? 0)")
  }

  @Test("Dequantizing blocks of any codes gives the same floats as the Python package", arguments: types)
  func dequantizeAnyCodes(type: ElementType) throws {
    try expectSameFloats(type, bytes: "bytes", values: "values")
  }

  @Test("Dequantizing quantized rows gives the same floats as the Python package", arguments: writableTypes)
  func dequantize(type: ElementType) throws {
    try expectSameFloats(type, bytes: "quantized", values: "dequantized")
  }

  /// Bit for bit, but that any NaN is as good as another.
  private func expectSameFloats(_ type: ElementType, bytes: String, values: String) throws {
    let format = try #require(BlockFormats.format(for: type))
    let decoded = format.dequantize(try Fixture.bytes("\(type).\(bytes)"))
    let expected = try Fixture.floats("\(type).\(values)")
    #expect(!expected.isEmpty && decoded.count == expected.count)
    let difference = zip(decoded, expected).enumerated().first {
      let (ours, theirs) = $0.element
      return ours.bitPattern != theirs.bitPattern && !(ours.isNaN && theirs.isNaN)
    }
    #expect(difference == nil, "element \(difference.map { $0.offset } ?? 0)")
  }
}
