/// Sees the inputs of a model's matrices while it runs.
public protocol MatrixInputObserver: AnyObject {
  /// Called for each row, in the order of the rows, by the thread that runs the model.
  /// - Parameter row: Shape `[columnCount]`, before any quantization; valid during the call.
  func observe(_ input: MatrixInput, _ row: UnsafeBufferPointer<Float>)
}

/// What several matrices of a model read.
public enum MatrixInput: Hashable, Sendable {
  /// Of query, key and value.
  case attention(layer: Int)
  case attentionOutput(layer: Int)
  /// Of gate and up.
  case feedForward(layer: Int)
  case down(layer: Int)
  /// Of the output matrix; only rows whose logits are computed.
  case output
}

extension ModelWeights {
  /// The names in the file of the matrices that read `input`.
  public func tensorNames(_ input: MatrixInput) -> [String] {
    switch input {
    case .attention(let layer): [.query, .key, .value].map { TensorName.layer(layer, $0) }
    case .attentionOutput(let layer): [TensorName.layer(layer, .attentionOutput)]
    case .feedForward(let layer): [.gate, .up].map { TensorName.layer(layer, $0) }
    case .down(let layer): [TensorName.layer(layer, .down)]
    case .output: [outputName]
    }
  }
}
