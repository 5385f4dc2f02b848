import CKernelABI
import KernelDispatch
import Platform

/// What one sequence needs while it runs: the cache and the scratch memory of a batch of rows.
final class RunState {
  /// Most rows that go through the layers together; longer inputs take several turns.
  static let maximumRowCount = 128

  var cache: KVCache
  let rotary: Rotary

  /// The residual stream, [row][embeddingLength].
  let residual: ResultRows
  /// Normalized residual: input of q|k|v, of gate|up and of the output matrix.
  let normed: ActivationRows
  let query, key, value: ResultRows
  /// Attention's result before its output matrix, [row][queryLength].
  let attended: ActivationRows
  /// What a sublayer adds to the residual stream.
  let update: ResultRows
  let gate, up: ResultRows
  /// silu(gate) · up, [row][feedForwardLength].
  let hidden: ActivationRows
  let logits: ResultRows
  private let attentionMemory: AlignedBuffer
  private let attentionBytes: Int

  /// - Parameter placement: Where all of it is asked to be.
  init(
    _ weights: ModelWeights, cacheType: CacheType, contextLength: Int, threadCount: Int,
    placement: MemoryPlacement
  ) {
    let configuration = weights.configuration
    let rows = Self.maximumRowCount
    let rowsOf = { ResultRows(rowCount: rows, columnCount: $0, placement: placement) }
    let quantized = weights.quantizedInputs
    cache = KVCache(
      configuration, type: cacheType, capacity: contextLength, kernels: weights.kernels, placement: placement)
    rotary = Rotary(
      configuration, factors: weights.rotaryFactors, capacity: contextLength, placement: placement)
    residual = rowsOf(configuration.embeddingLength)
    update = rowsOf(configuration.embeddingLength)
    query = rowsOf(configuration.queryLength)
    key = rowsOf(configuration.keyValueLength)
    value = rowsOf(configuration.keyValueLength)
    gate = rowsOf(configuration.feedForwardLength)
    up = rowsOf(configuration.feedForwardLength)
    logits = rowsOf(configuration.vocabularyCount)
    normed = ActivationRows(
      rowCount: rows, columnCount: configuration.embeddingLength, isQuantized: quantized.normed,
      kernels: weights.kernels, placement: placement)
    attended = ActivationRows(
      rowCount: rows, columnCount: configuration.queryLength, isQuantized: quantized.attended,
      kernels: weights.kernels, placement: placement)
    hidden = ActivationRows(
      rowCount: rows, columnCount: configuration.feedForwardLength, isQuantized: quantized.hidden,
      kernels: weights.kernels, placement: placement)
    attentionBytes = Self.attentionBytes(configuration)
    attentionMemory = AlignedBuffer(byteCount: threadCount * attentionBytes, placement: placement)
  }

  /// All memory but the cache's.
  var scratchBuffers: [AlignedBuffer] {
    [residual, query, key, value, update, gate, up, logits].map(\.memory)
      + [normed, attended, hidden].flatMap(\.buffers) + rotary.buffers + [attentionMemory]
  }

  /// Scratch memory of one thread's attention.
  func attentionScratch(thread: Int) -> UnsafeMutableRawPointer {
    attentionMemory.start + thread * attentionBytes
  }

  private static func attentionBytes(_ configuration: ModelConfiguration) -> Int {
    Int(nacre_attention_scratch_bytes(Int64(configuration.headSize)))
  }
}

extension RunState {
  /// Bytes that a state reserves, or a little more; nil when the number does not fit in `Int`.
  static func byteCount(
    _ configuration: ModelConfiguration, cacheType: CacheType, contextLength: Int, threadCount: Int
  ) -> Int? {
    let perPosition =
      KVCache.bytesPerPosition(configuration, type: cacheType) + 1 + configuration.rotaryLength * 4
    let perThread = attentionBytes(configuration)
    let perRow =
      4 * configuration.embeddingLength + 3 * configuration.queryLength + 2 * configuration.keyValueLength
      + 4 * configuration.feedForwardLength + configuration.vocabularyCount
    // The ranges of the configuration keep all sums so far far below 2^63.
    let (contextBytes, overflow) = perPosition.multipliedReportingOverflow(by: paddedTo16(contextLength))
    let (bytes, sumOverflow) = contextBytes.addingReportingOverflow(
      maximumRowCount * 4 * (perRow + 256) + threadCount * perThread)
    return overflow || sumOverflow ? nil : bytes
  }
}

extension ModelWeights {
  /// Which inputs some quantized matrix reads.
  var quantizedInputs: (normed: Bool, attended: Bool, hidden: Bool) {
    var (normed, attended, hidden) = (output.takesQuantizedInput, false, false)
    for layer in layers {
      for matrix in [layer.query, layer.key, layer.value, layer.gate, layer.up]
      where matrix.takesQuantizedInput {
        normed = true
      }
      attended = attended || layer.attentionOutput.takesQuantizedInput
      hidden = hidden || layer.down.takesQuantizedInput
    }
    return (normed, attended, hidden)
  }
}
