import COpenBLAS

/// Products of row-major matrices in single precision, by OpenBLAS.
public enum MatrixProducts {
  /// Loads OpenBLAS. Call it before this thread is pinned to a CPU: OpenBLAS's threads inherit the affinity.
  /// - Parameter threadCount: Threads to compute on, at least 1. With the same number, results have the same bits.
  /// - Throws: `noOpenBLAS`.
  public static func prepare(threadCount: Int) throws(HeadTrainingError) {
    guard let problem = copenblas_load(Int32(threadCount)) else { return }
    throw .noOpenBLAS(reason: String(cString: problem))
  }

  /// A matrix as it lies in memory, `[rowCount, columnCount]` without gaps, and whether its transpose is meant.
  struct Operand {
    let values: UnsafePointer<Float>
    let rowCount: Int
    let columnCount: Int
    var isTransposed = false

    var transposed: Operand {
      Operand(
        values: values, rowCount: rowCount, columnCount: columnCount, isTransposed: !isTransposed)
    }
    var shape: (rows: Int, columns: Int) {
      isTransposed ? (columnCount, rowCount) : (rowCount, columnCount)
    }
  }

  /// `result` += a · b.
  static func add(_ a: Operand, _ b: Operand, to result: UnsafeMutablePointer<Float>) {
    multiply(a, b, keeping: 1, result)
  }

  /// `result` = a · b.
  static func set(_ result: UnsafeMutablePointer<Float>, to a: Operand, _ b: Operand) {
    multiply(a, b, keeping: 0, result)
  }

  private static func multiply(
    _ a: Operand, _ b: Operand, keeping beta: Float, _ result: UnsafeMutablePointer<Float>
  ) {
    precondition(a.shape.columns == b.shape.rows, "\(a.shape) times \(b.shape)")
    copenblas_multiply(
      a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int32(a.shape.rows), Int32(b.shape.columns),
      Int32(a.shape.columns), a.values, Int32(a.columnCount), b.values, Int32(b.columnCount), beta, result,
      Int32(b.shape.columns))
  }
}
