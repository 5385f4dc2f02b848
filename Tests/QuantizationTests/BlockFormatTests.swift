import Quantization
import TensorTypes
import TestSupport
import Testing

@Suite struct BlockFormatTests {
  static let types = BlockFormats.all.map { $0.elementType }
  static let writableTypes = types.filter { BlockFormats.writableFormat(for: $0) != nil }

  @Test("Every format is found by its type, once")
  func registry() {
    for format in BlockFormats.all {
      #expect(BlockFormats.format(for: format.elementType) == format)
    }
    #expect(BlockFormats.format(for: .i8) == nil)
    #expect(BlockFormats.writableFormat(for: .iq1_s) == nil)
  }

  @Test("No block of any bytes makes a format trap", arguments: types)
  func anyBytes(type: ElementType) throws {
    let format = try #require(BlockFormats.format(for: type))
    var generator = SeededGenerator(seed: 7)
    let activations = ActivationRow([Float](repeating: 1, count: 512))
    for _ in 0..<50 {
      let byteCount = try #require(type.byteCount(elementCount: 512))
      let row = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(format.dequantize(row).count == 512)
      _ = row.withUnsafeBytes { format.dot($0, activations) }
    }
  }

  @Test(
    "No block of any floats makes a format trap, finite or not",
    arguments: writableTypes)
  func anyFloats(type: ElementType) throws {
    let format = try #require(BlockFormats.writableFormat(for: type))
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<50 {
      let values = (0..<512).map { _ in
        Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))
      }
      #expect(format.quantize(values).count == type.byteCount(elementCount: 512))
      for special in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
        _ = format.quantize([Float](repeating: special, count: 256) + values.prefix(256))
      }
    }
  }

  @Test("Rows at odd addresses are read and written", arguments: types)
  func unaligned(type: ElementType) throws {
    let format = try #require(BlockFormats.format(for: type))
    let byteCount = try #require(type.byteCount(elementCount: 256))
    let row = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 7 & 0x3f) }
    let shifted = [0] + row
    var values = [Float](repeating: 0, count: 256)
    shifted.withUnsafeBytes { bytes in
      values.withUnsafeMutableBufferPointer {
        format.dequantize(UnsafeRawBufferPointer(rebasing: bytes[1...]), into: $0)
      }
    }
    #expect(values.map(\.bitPattern) == format.dequantize(row).map(\.bitPattern))
  }

  @Test(
    "A row of halves decodes to the same floats as its elements one by one",
    arguments: [.f16, .bf16] as [ElementType])
  func halves(type: ElementType) throws {
    let format = try #require(BlockFormats.format(for: type))
    let row = (UInt16.min...UInt16.max).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let decoded = format.dequantize(row)
    var value: Float = 0
    for index in decoded.indices {
      withUnsafeMutablePointer(to: &value) { value in
        row[2 * index..<2 * index + 2].withUnsafeBytes {
          format.decode($0, into: UnsafeMutableBufferPointer(start: value, count: 1))
        }
      }
      guard decoded[index].bitPattern != value.bitPattern else { continue }
      #expect(decoded[index].isNaN && value.isNaN, "half \(index)")
    }
  }
}
