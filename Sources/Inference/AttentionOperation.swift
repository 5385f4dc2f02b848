import CKernelABI
import KernelDispatch
import Platform

/// Attention of a batch of rows: the queries of each KV head, cut into chunks.
final class AttentionOperation: ParallelOperation {
  private let state: RunState
  private let configuration: ModelConfiguration
  private let threadCount: Int
  private var layer = 0
  /// Queries of each KV head in the batch, and in one chunk.
  private var queryCount = 0
  private var chunkQueryCount = 1

  /// More chunks than threads: they are not alike.
  private static let chunksPerThread = 4

  init(state: RunState, weights: ModelWeights, threadCount: Int) {
    self.state = state
    self.threadCount = threadCount
    configuration = weights.configuration
  }

  /// Row i is at position `state.cache.count + i` and sees itself and all before it.
  func prepare(layer: Int, rowCount: Int) {
    self.layer = layer
    queryCount = rowCount * configuration.groupSize
    // As many as share a read of the cache, unless threads would go without: then fewer, but whole tiles.
    let (tile, most) = (Int(NACRE_ATTENTION_TILE), Int(NACRE_ATTENTION_QUERIES))
    let chunksPerHead = Self.chunksPerThread * threadCount / configuration.keyValueHeadCount + 1
    let share = (queryCount + chunksPerHead - 1) / chunksPerHead
    chunkQueryCount = threadCount == 1 ? most : max(tile, min(most, (share + tile - 1) / tile * tile))
  }

  private var chunksPerHead: Int { (queryCount + chunkQueryCount - 1) / chunkQueryCount }

  var chunkCount: Int { chunksPerHead * configuration.keyValueHeadCount }

  func runChunk(_ index: Int, thread: Int) {
    let (part, head) = index.quotientAndRemainder(dividingBy: configuration.keyValueHeadCount)
    // The last rows see most: they come first, so that the threads end together.
    let begin = (chunksPerHead - 1 - part) * chunkQueryCount
    let offset = head * configuration.groupSize * configuration.headSize
    var attention = nacre_attention(
      keys: state.cache.keys(layer: layer, head: head), values: state.cache.values(layer: layer, head: head),
      queries: state.query.row(0) + offset, query_stride: Int64(state.query.stride),
      output: state.attended.floats(0) + offset, output_stride: Int64(state.attended.stride),
      scratch: state.attentionScratch(thread: thread), query_begin: Int64(begin),
      query_end: Int64(min(begin + chunkQueryCount, queryCount)), head_count: Int64(configuration.groupSize),
      head_size: Int64(configuration.headSize), position_count: Int64(state.cache.count + 1),
      scale: 1 / Float(configuration.headSize).squareRoot())
    state.cache.functions.attend(&attention)
  }
}
