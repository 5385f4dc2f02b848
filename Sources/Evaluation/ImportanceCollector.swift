import Conversion
import Inference
import TensorTypes

/// Sums the squares of what goes into each matrix of a model.
final class ImportanceCollector: MatrixInputObserver {
  fileprivate struct Sums {
    var squares: [Double]
    var count = 0
  }

  private var sums: [MatrixInput: Sums] = [:]

  func observe(_ input: MatrixInput, _ row: UnsafeBufferPointer<Float>) {
    sums[input, default: Sums(squares: [Double](repeating: 0, count: row.count))].add(row)
  }

  /// What was seen, under the names of the matrices.
  func entries(_ weights: ModelWeights) -> [String: ImportanceMatrix.Entry] {
    var entries: [String: ImportanceMatrix.Entry] = [:]
    for (input, sums) in sums {
      let entry = ImportanceMatrix.Entry(
        squareSums: sums.squares.map { Float($0) }, counts: [Float(sums.count)])
      for name in weights.tensorNames(input) { entries[name] = entry }
    }
    return entries
  }
}

extension ImportanceCollector.Sums {
  fileprivate mutating func add(_ row: UnsafeBufferPointer<Float>) {
    count += 1
    for column in row.indices { squares[column] += Double(row[column]) * Double(row[column]) }
  }
}

extension ImportanceMatrix {
  /// Runs a model over a text and gathers how large the inputs of its matrices are.
  /// - Parameters:
  ///   - dataset: The text's name.
  ///   - progress: Called after each window with the fraction done, 0...1.
  public init(
    of text: TextWindows, by model: TransformerModel, dataset: String, progress: (Double) -> Void = { _ in }
  ) {
    let collector = ImportanceCollector()
    model.inputObserver = collector
    defer { model.inputObserver = nil }
    text.predict(by: [model], progress: progress) { _, _ in }
    self.init(
      entries: collector.entries(model.weights), datasets: [dataset], chunkCount: text.count,
      chunkSize: text.length)
  }
}
