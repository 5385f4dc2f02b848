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

  @Test("extreme codes do not overflow", arguments: KernelLevel.supported, [KernelElement.q8_0, .q4_0])
  func extremes(level: KernelLevel, element: KernelElement) throws {
    let kernels = try KernelLibrary(level: level)
    let matrix = PackedTestMatrix(element, rows: 16, columns: 64, kernels: kernels)
    for sign: Float in [-1, 1] {
      // Every activation code is ±127; weights have the sign that makes every product as large as it can be.
      let input = (0..<64).map { matrix.values[$0] < 0 ? -sign : sign }
      let (found, expected) = (matrix.product([input])[0][0], matrix.expected(input)[0])
      #expect(abs(Double(found) - expected.value) <= 2e-6 * expected.magnitude)
    }
  }
}
