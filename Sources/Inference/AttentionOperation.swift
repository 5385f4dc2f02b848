import CKernelABI
import KernelDispatch
import Platform

/// Attention of a batch of rows: one chunk per row and KV head.
final class AttentionOperation: ParallelOperation {
  private let state: RunState
  private let configuration: ModelConfiguration
  private let attend: @convention(c) (UnsafePointer<nacre_attention>?) -> Void
  private var layer = 0
  private var rowCount = 0

  init(state: RunState, weights: ModelWeights) {
    self.state = state
    configuration = weights.configuration
    attend = weights.kernels.table.attend
  }

  /// Row i is at position `state.cache.count + i` and sees itself and all before it.
  func prepare(layer: Int, rowCount: Int) {
    self.layer = layer
    self.rowCount = rowCount
  }

  var chunkCount: Int { rowCount * configuration.keyValueHeadCount }

  func runChunk(_ index: Int, thread: Int) {
    let (row, head) = index.quotientAndRemainder(dividingBy: configuration.keyValueHeadCount)
    let offset = head * configuration.groupSize * configuration.headSize
    var attention = nacre_attention(
      keys: state.cache.keys(layer: layer, head: head),
      values: state.cache.values(layer: layer, head: head),
      queries: state.query.row(row) + offset,
      output: state.attended.floats(row) + offset,
      scores: state.scores(thread: thread),
      position_count: Int64(state.cache.count + row + 1),
      head_count: Int64(configuration.groupSize),
      head_size: Int64(configuration.headSize),
      value_stride: Int64(state.cache.valueStride),
      scale: 1 / Float(configuration.headSize).squareRoot())
    attend(&attention)
  }
}
