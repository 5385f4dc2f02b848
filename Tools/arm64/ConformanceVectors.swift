import Foundation
import Quantization
import TensorTypes

/// Writes what `conformance.c` checks kernels with: random rows of every block format, what the oracle decodes them to,
/// and random inputs with the oracle's int8 form. Little-endian, no padding, the same in every run:
///
/// - int32: elements per row, inputs, rows, formats
/// - floats `[inputs][elements]`, then their int8 codes `[inputs][elements]`, float scales `[inputs][elements / 32]`
/// - per format, in the order of the kernel table: int32 bytes per row, bytes `[rows][bytes]`, floats `[rows][elements]`
@main
enum ConformanceVectors {
  static let elementCount = 512
  static let inputCount = 16
  static let rowCount = 33

  /// In the order of the kernel table (packed_layout.h).
  static let types: [ElementType] = [
    .f32, .f16, .bf16, .q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .q2_k, .q3_k, .q4_k, .q5_k, .q6_k, .iq4_nl, .iq4_xs,
  ]

  static func main() throws {
    var random = SplitMix(state: 1)
    var file = Data()
    func append<Element: BitwiseCopyable>(_ values: [Element]) {
      values.withUnsafeBytes { file.append(contentsOf: $0) }
    }
    append([Int32(elementCount), Int32(inputCount), Int32(rowCount), Int32(types.count)])
    let inputs = (0..<inputCount).map { _ in
      (0..<elementCount).map { _ in Float.random(in: -3...3, using: &random) }
    }
    for input in inputs { append(input) }
    let quantized = inputs.map { ActivationRow($0) }
    for row in quantized { append(row.codes) }
    for row in quantized { append(row.scales) }
    for type in types {
      guard let format = BlockFormats.format(for: type) else { fatalError("no definition of \(type)") }
      let blocks = (0..<rowCount * elementCount / type.blockElementCount).map { _ in
        randomBlock(format, &random)
      }
      append([Int32(elementCount / type.blockElementCount * type.blockByteCount)])
      for block in blocks { append(block) }
      for block in blocks { append(format.dequantize(block)) }
    }
    try file.write(to: URL(filePath: CommandLine.arguments[1]))
  }

  /// Any bits at all, as long as they stand for numbers of moderate size.
  private static func randomBlock(_ format: any BlockFormat.Type, _ random: inout SplitMix) -> [UInt8] {
    while true {
      let block = (0..<format.elementType.blockByteCount).map { _ in
        UInt8(truncatingIfNeeded: random.next())
      }
      if format.dequantize(block).allSatisfy({ abs($0) <= 8 }) { return block }
    }
  }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
