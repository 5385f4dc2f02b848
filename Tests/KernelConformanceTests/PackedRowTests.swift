import CKernelABI
import Inference
import KernelDispatch
import Platform
import TensorTypes
import TestSupport
import Testing

@Suite struct PackedRowTests {
  @Test(
    "a packed matrix takes the bytes that a file with this layout has room for",
    arguments: KernelElement.allCases)
  func byteCounts(element: KernelElement) {
    for (columns, rows) in [(256, 1), (512, 16), (1280, 33)] {
      let groups = (rows + 15) / 16
      #expect(
        TensorLayout.x16.byteCount(of: element.elementType, Shape(columns, rows))
          == groups * element.groupBytes(columnCount: columns))
    }
    if !element.takesQuantizedInput {
      #expect(
        TensorLayout.x16.byteCount(of: element.elementType, Shape(33, 5))
          == element.groupBytes(columnCount: 33))
    }
  }

  @Test(
    "a row of a packed matrix decodes to the values of the row it was packed from",
    arguments: KernelLevel.supported)
  func decodesRows(level: KernelLevel) throws {
    let kernels = try KernelLibrary(level: level)
    for element in KernelElement.allCases {
      let columns = element.takesQuantizedInput ? 256 : 37
      let packed = PackedTestMatrix(element, rows: 17, columns: columns, kernels: kernels)
      for row in 0..<17 {
        var found = [Float](repeating: .nan, count: columns)
        kernels.dequantizePacked(element)(packed.matrix.start, Int64(columns), Int64(row), &found)
        let isEqual = found.elementsEqual(packed.values[row * columns..<(row + 1) * columns])
        #expect(isEqual, "\(element), row \(row)")
      }
    }
  }
}
