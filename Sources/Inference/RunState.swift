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
  /// Attention scores, strips for the heads that a thread attends to together.
  private let scores: ResultRows

  init(_ weights: ModelWeights, contextLength: Int, threadCount: Int) {
    let configuration = weights.configuration
    let rows = Self.maximumRowCount
    let rowsOf = { ResultRows(rowCount: rows, columnCount: $0) }
    let quantized = weights.quantizedInputs
    cache = KVCache(configuration, capacity: contextLength)
    rotary = Rotary(configuration, factors: weights.rotaryFactors, capacity: contextLength)
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
      kernels: weights.kernels)
    attended = ActivationRows(
      rowCount: rows, columnCount: configuration.queryLength, isQuantized: quantized.attended,
      kernels: weights.kernels)
    hidden = ActivationRows(
      rowCount: rows, columnCount: configuration.feedForwardLength, isQuantized: quantized.hidden,
      kernels: weights.kernels)
    scores = ResultRows(
      rowCount: threadCount, columnCount: Int(NACRE_SCORE_STRIPS) * (paddedTo16(contextLength) + 16))
  }

  func scores(thread: Int) -> UnsafeMutablePointer<Float> { scores.row(thread) }
}

extension RunState {
  /// Bytes that a state reserves, or a little more; nil when the number does not fit in `Int`.
  static func byteCount(
    _ configuration: ModelConfiguration, contextLength: Int, threadCount: Int
  ) -> Int? {
    let heads = configuration.layerCount * configuration.keyValueHeadCount
    let perPosition =
      heads * 2 * (configuration.headSize + paddedTo16(configuration.headSize))
      + configuration.rotaryLength * 4 + threadCount * Int(NACRE_SCORE_STRIPS) * 4
    let perRow =
      4 * configuration.embeddingLength + 3 * configuration.queryLength + 2 * configuration.keyValueLength
      + 4 * configuration.feedForwardLength + configuration.vocabularyCount
    // The ranges of the configuration keep all sums so far far below 2^63.
    let (contextBytes, overflow) = perPosition.multipliedReportingOverflow(by: paddedTo16(contextLength))
    let (bytes, sumOverflow) = contextBytes.addingReportingOverflow(maximumRowCount * 4 * (perRow + 256))
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
