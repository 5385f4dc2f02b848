import Inference
import KernelDispatch
import Quantization
import TensorTypes
import TestSupport
import Testing

@Suite struct MultiplyTests {
  static func columnCounts(_ element: KernelElement) -> [Int] {
    guard element.takesQuantizedInput else { return [1, 3, 4, 5, 16, 33, 130] }
    return element.elementType.blockElementCount == 32 ? [32, 64, 96, 352] : [256, 768]
  }

  /// Elements that the oracle can encode.
  static let elements = KernelElement.allCases.filter {
    BlockFormats.writableFormat(for: $0.elementType) != nil
  }

  @Test(
    "products agree with the oracle for odd shapes and every number of inputs",
    arguments: KernelLevel.supported, Self.elements)
  func agreesWithOracle(level: KernelLevel, element: KernelElement) throws {
    let kernels = try KernelLibrary(level: level)
    var numbers = SeededGenerator(seed: 7)
    for columns in Self.columnCounts(element) {
      for rows in [1, 15, 16, 17, 50] {
        let matrix = PackedTestMatrix(element, rows: rows, columns: columns, kernels: kernels)
        let inputs = (0..<3).map { _ in numbers.floats(columns) }
        for (found, input) in zip(matrix.product(inputs), inputs) {
          for (value, expected) in zip(found, matrix.expected(input)) {
            let error = abs(Double(value) - expected.value)
            #expect(error <= 2e-6 * expected.magnitude + 1e-30, "\(rows)×\(columns)")
          }
        }
      }
    }
  }

  @Test(
    "a result has the same bits for every number of inputs and every split of the rows",
    arguments: KernelLevel.supported, Self.elements)
  func isBatchInvariant(level: KernelLevel, element: KernelElement) throws {
    let kernels = try KernelLibrary(level: level)
    for columns in Self.columnCounts(element).suffix(2) {
      let matrix = PackedTestMatrix(element, rows: 40, columns: columns, kernels: kernels)
      var numbers = SeededGenerator(seed: 9)
      let inputs = (0..<40).map { _ in numbers.floats(columns) }
      let alone = inputs.map { matrix.product([$0])[0].map(\.bitPattern) }
      for count in 1...40 {
        let together = matrix.product(Array(inputs.prefix(count)), groupsPerCall: count % 3 + 1)
        for (index, values) in together.enumerated() { #expect(values.map(\.bitPattern) == alone[index]) }
      }
    }
  }

  @Test("extreme codes do not overflow", arguments: KernelLevel.supported, Self.elements)
  func extremes(level: KernelLevel, element: KernelElement) throws {
    let kernels = try KernelLibrary(level: level)
    for sign: Float in [-1, 1] {
      // One weight of each block takes the longer end of the codes' range, all others the other end.
      let weights = (0..<256).map { sign * ($0 % 16 == 0 ? -1 : 0.99) }
      let matrix = PackedTestMatrix(element, Array(repeating: weights, count: 16), kernels: kernels)
      // Every activation code is ±127; some inputs have the signs that make every product as large as it can be.
      let inputs = (0..<256).map { matrix.values[$0] < 0 ? -1 : 1 as Float }
      let all = [inputs, inputs.map { -$0 }, inputs.map(\.magnitude), inputs.map { -$0.magnitude }]
      for (found, input) in zip(matrix.product(all), all) {
        let expected = matrix.expected(input)[0]
        for value in found.prefix(16) {
          #expect(abs(Double(value) - expected.value) <= 2e-6 * expected.magnitude)
        }
      }
    }
  }
}
