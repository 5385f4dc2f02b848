import CKernelABI
import KernelDispatch

/// The steps of a layer that work on each row alone, between the matrix products.
final class LayerRows {
  private let state: RunState
  private let weights: ModelWeights
  private let configuration: ModelConfiguration
  private let rotateHeads: nacre_rotate

  /// The layer that the steps work for.
  var layer = 0
  /// Row of the batch that `normalizeForOutput` starts with.
  var firstOutputRow = 0

  // Made once: running them allocates nothing. They live as long as this, and count no references, which threads that
  // run them at the same time would wait for.
  private(set) lazy var normalizeFirst = RowOperation { [unowned(unsafe) self] row in
    normalize(row, with: weights.layers[0].attentionNorm)
  }
  private(set) lazy var normalizeForAttention = RowOperation { [unowned(unsafe) self] row in
    addUpdate(row, bias: weights.layers[layer - 1].downBias)
    normalize(row, with: weights.layers[layer].attentionNorm)
  }
  private(set) lazy var normalizeForFeedForward = RowOperation { [unowned(unsafe) self] row in
    addUpdate(row, bias: weights.layers[layer].attentionOutputBias)
    normalize(row, with: weights.layers[layer].feedForwardNorm)
  }
  private(set) lazy var normalizeForOutput = RowOperation { [unowned(unsafe) self] index in
    addUpdate(firstOutputRow + index, bias: weights.layers[configuration.layerCount - 1].downBias)
    normalize(firstOutputRow + index, with: weights.outputNorm)
  }
  private(set) lazy var rotateAndStore = RowOperation { [unowned(unsafe) self] in rotateAndStore($0) }
  private(set) lazy var quantizeAttended = RowOperation { [unowned(unsafe) self] in
    state.attended.quantizeRow($0)
  }
  private(set) lazy var gateHidden = RowOperation { [unowned(unsafe) self] in gateHidden($0) }

  init(state: RunState, weights: ModelWeights) {
    self.state = state
    self.weights = weights
    configuration = weights.configuration
    rotateHeads =
      switch configuration.architecture.rotaryPairing {
      case .neighbours: weights.kernels.table.rotate_pairs
      case .halves: weights.kernels.table.rotate_halves
      }
  }

  /// Adds the last sublayer's result, and that sublayer's bias, to the residual stream.
  private func addUpdate(_ row: Int, bias: WeightVector?) {
    add(bias, to: state.update.row(row))
    weights.kernels.table.add(
      state.update.row(row), Int64(configuration.embeddingLength), state.residual.row(row))
  }

  private func add(_ bias: WeightVector?, to values: UnsafeMutablePointer<Float>) {
    guard let bias else { return }
    weights.kernels.table.add(bias.start, Int64(bias.count), values)
  }

  private func normalize(_ row: Int, with norm: WeightVector) {
    weights.kernels.table.rms_norm(
      state.residual.row(row), norm.start, configuration.normEpsilon, Int64(configuration.embeddingLength),
      state.normed.floats(row))
    state.normed.quantizeRow(row)
  }

  private func rotateAndStore(_ row: Int) {
    let position = state.cache.count + row
    let layerWeights = weights.layers[layer]
    add(layerWeights.queryBias, to: state.query.row(row))
    add(layerWeights.keyBias, to: state.key.row(row))
    add(layerWeights.valueBias, to: state.value.row(row))
    rotate(state.query.row(row), configuration.headCount, norm: layerWeights.queryNorm, position)
    rotate(state.key.row(row), configuration.keyValueHeadCount, norm: layerWeights.keyNorm, position)
    state.cache.store(
      position: position, layer: layer, keys: state.key.row(row), values: state.value.row(row))
  }

  /// Normalizes each head, if the model does, and turns its pairs by the position's angles.
  private func rotate(
    _ heads: UnsafeMutablePointer<Float>, _ headCount: Int, norm: WeightVector?, _ position: Int
  ) {
    let table = weights.kernels.table
    let headSize = Int64(configuration.headSize)
    if let norm {
      for head in 0..<headCount {
        let values = heads + head * configuration.headSize
        table.rms_norm(values, norm.start, configuration.normEpsilon, headSize, values)
      }
    }
    rotateHeads(
      heads, Int64(headCount), headSize, state.rotary.cosines(position), state.rotary.sines(position),
      Int64(state.rotary.pairCount))
  }

  private func gateHidden(_ row: Int) {
    add(weights.layers[layer].gateBias, to: state.gate.row(row))
    add(weights.layers[layer].upBias, to: state.up.row(row))
    weights.kernels.table.silu_multiply(
      state.gate.row(row), state.up.row(row), Int64(configuration.feedForwardLength), state.hidden.floats(row)
    )
    state.hidden.quantizeRow(row)
  }
}
