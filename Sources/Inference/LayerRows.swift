import KernelDispatch

/// The steps of a layer that work on each row alone, between the matrix products.
final class LayerRows {
  private let state: RunState
  private let weights: ModelWeights
  private let configuration: ModelConfiguration

  /// The layer that the steps work for.
  var layer = 0
  /// Row of the batch that `normalizeForOutput` starts with.
  var firstOutputRow = 0

  // Made once: running them allocates nothing.
  private(set) lazy var normalizeFirst = RowOperation { [unowned self] row in
    normalize(row, with: weights.layers[0].attentionNorm)
  }
  private(set) lazy var normalizeForAttention = RowOperation { [unowned self] row in
    addUpdate(row)
    normalize(row, with: weights.layers[layer].attentionNorm)
  }
  private(set) lazy var normalizeForFeedForward = RowOperation { [unowned self] row in
    addUpdate(row)
    normalize(row, with: weights.layers[layer].feedForwardNorm)
  }
  private(set) lazy var normalizeForOutput = RowOperation { [unowned self] index in
    addUpdate(firstOutputRow + index)
    normalize(firstOutputRow + index, with: weights.outputNorm)
  }
  private(set) lazy var rotateAndStore = RowOperation { [unowned self] in rotateAndStore($0) }
  private(set) lazy var quantizeAttended = RowOperation { [unowned self] in state.attended.quantizeRow($0) }
  private(set) lazy var gateHidden = RowOperation { [unowned self] in gateHidden($0) }

  init(state: RunState, weights: ModelWeights) {
    self.state = state
    self.weights = weights
    configuration = weights.configuration
  }

  private func addUpdate(_ row: Int) {
    weights.kernels.table.add(
      state.update.row(row), Int64(configuration.embeddingLength), state.residual.row(row))
  }

  private func normalize(_ row: Int, with norm: [Float]) {
    weights.kernels.table.rms_norm(
      state.residual.row(row), norm, configuration.normEpsilon, Int64(configuration.embeddingLength),
      state.normed.floats(row))
    state.normed.quantizeRow(row)
  }

  private func rotateAndStore(_ row: Int) {
    let position = state.cache.count + row
    let headSize = Int64(configuration.headSize)
    let table = weights.kernels.table
    let (cosines, sines) = (state.rotary.cosines(position), state.rotary.sines(position))
    let pairCount = Int64(state.rotary.pairCount)
    table.rotate_pairs(
      state.query.row(row), Int64(configuration.headCount), headSize, cosines, sines, pairCount)
    table.rotate_pairs(
      state.key.row(row), Int64(configuration.keyValueHeadCount), headSize, cosines, sines, pairCount)
    state.cache.store(
      position: position, layer: layer, keys: state.key.row(row), values: state.value.row(row))
  }

  private func gateHidden(_ row: Int) {
    weights.kernels.table.silu_multiply(
      state.gate.row(row), state.up.row(row), Int64(configuration.feedForwardLength), state.hidden.floats(row)
    )
    state.hidden.quantizeRow(row)
  }
}
