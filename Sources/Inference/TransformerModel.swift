import KernelDispatch
import Platform
import SystemPackage
import TensorTypes

/// A model of one of the families of `ModelArchitecture` with its cache, run by a thread team.
///
/// Every result is the same bits for any number of rows and threads.
public final class TransformerModel: CausalModel {
  public let weights: ModelWeights
  public let contextLength: Int
  public let cacheType: CacheType
  private let team: ThreadTeam
  private let state: RunState
  private let product: MatrixProduct
  private let attention: AttentionOperation
  private let rows: LayerRows

  /// Sees the inputs of all matrices from the next pass on.
  public var inputObserver: (any MatrixInputObserver)?

  /// - Parameters:
  ///   - team: Its leader is the thread that calls `forward`.
  ///   - contextLength: Positions to keep room for, `1...trainedContextLength`. Memory is used as positions are.
  ///   - cacheType: In what precision keys and values are cached.
  ///   - placement: Where cache and scratch are asked to be; nil: where the weights were.
  /// - Throws: `outOfMemory` when the system has no room for that context.
  public init(
    _ weights: ModelWeights, team: ThreadTeam, contextLength: Int, cacheType: CacheType = .f16,
    placement: LanePlacement? = nil
  ) throws(ModelError) {
    precondition((1...weights.configuration.trainedContextLength).contains(contextLength))
    let byteCount = RunState.byteCount(
      weights.configuration, cacheType: cacheType, contextLength: contextLength,
      threadCount: team.threadCapacity
    )
    // The buffers are many; whether there is room for them all is asked once.
    guard let byteCount, AlignedBuffer(ifAvailable: byteCount) != nil else {
      throw weights.error(.outOfMemory(for: "a context of \(contextLength) tokens", byteCount: byteCount))
    }
    self.weights = weights
    self.contextLength = contextLength
    self.team = team
    state = RunState(
      weights, cacheType: cacheType, contextLength: contextLength, threadCount: team.threadCapacity,
      placement: (placement ?? weights.placement).shared)
    self.cacheType = cacheType
    product = MatrixProduct(kernels: weights.kernels, team: team)
    attention = AttentionOperation(state: state, weights: weights, threadCount: team.threadCapacity)
    rows = LayerRows(state: state, weights: weights)
  }

  public var vocabularyCount: Int { weights.configuration.vocabularyCount }
  public var cachedCount: Int { state.cache.count }

  /// Bytes of the key and value cache, used or not yet.
  public var cacheByteCount: Int { state.cache.byteCount }

  /// Bytes of the cache for each token of the context.
  public var cacheBytesPerToken: Int { KVCache.bytesPerPosition(weights.configuration, type: cacheType) }

  /// Where the memory of the model is: weights, cache and scratch.
  /// - Parameter name: What the model is for.
  public func bufferPlacements(_ name: String) -> [BufferPlacement] {
    weights.bufferPlacements(name) + [
      BufferPlacement(name: "\(name) cache", of: [state.cache.memory]),
      BufferPlacement(name: "\(name) scratch", of: state.scratchBuffers),
    ]
  }

  public func rollBack(to count: Int) {
    precondition((0...cachedCount).contains(count), "rollback to \(count) of \(cachedCount) positions")
    state.cache.count = count
  }

  public func logits(row: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: state.logits.row(row), count: vocabularyCount)
  }

  /// What the output matrix read for row `row` of the last `forward`: the state after the final norm (the last of
  /// `hidden_states` in `transformers`), shape `[embeddingLength]`; valid until the next `forward`.
  /// - Precondition: `0 <= row < logitRowCount` of that call; row 0 is the earliest position.
  public func hiddenState(row: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(
      start: state.normed.floats(rows.firstOutputRow + row), count: weights.configuration.embeddingLength)
  }

  @discardableResult
  public func forward(
    _ tokens: UnsafeBufferPointer<TokenID>, logitRowCount: Int, unless cancellation: CancellationFlag?
  ) -> Bool {
    precondition(!tokens.isEmpty && (0...tokens.count).contains(logitRowCount))
    precondition(logitRowCount <= RunState.maximumRowCount, "\(logitRowCount) rows of logits at once")
    precondition(cachedCount + tokens.count <= contextLength, "past the end of the context")
    team.callGuests()
    let firstLogitToken = tokens.count - logitRowCount
    var first = 0
    while first < tokens.count {
      var end = min(first + RunState.maximumRowCount, tokens.count)
      // All rows with logits go through in one batch, so that their hidden states are there together.
      if end < tokens.count, firstLogitToken < end { end = firstLogitToken }
      let isComplete = runLayers(
        UnsafeBufferPointer(rebasing: tokens[first..<end]), unless: cancellation)
      guard isComplete else { return false }
      if firstLogitToken < end {
        computeLogits(firstRow: firstLogitToken - first, rowCount: end - firstLogitToken)
      }
      state.cache.count += end - first
      first = end
    }
    return true
  }

  /// Takes one batch of rows through all layers; the result is in the residual stream and the last update.
  /// - Returns: False if it was cancelled on the way.
  private func runLayers(
    _ tokens: UnsafeBufferPointer<TokenID>, unless cancellation: CancellationFlag?
  ) -> Bool {
    let count = tokens.count
    state.rotary.prepare(positionCount: state.cache.count + count)
    for row in 0..<count { weights.embed(tokens[row], into: state.residual.row(row)) }
    for (index, layer) in weights.layers.enumerated() {
      if cancellation?.isCancelled == true { return false }
      rows.layer = index
      (index == 0 ? rows.normalizeFirst : rows.normalizeForAttention).run(rowCount: count, on: team)
      observe(.attention(layer: index), state.normed, count)
      product.begin(inputCount: count)
      product.add(layer.query, state.normed, to: state.query)
      product.add(layer.key, state.normed, to: state.key)
      product.add(layer.value, state.normed, to: state.value)
      team.run(product)
      rows.rotateAndStore.run(rowCount: count, on: team)
      attention.prepare(layer: index, rowCount: count)
      team.run(attention)
      rows.quantizeAttended.run(rowCount: count, on: team)
      observe(.attentionOutput(layer: index), state.attended, count)
      runProduct(layer.attentionOutput, state.attended, to: state.update, count)
      rows.normalizeForFeedForward.run(rowCount: count, on: team)
      observe(.feedForward(layer: index), state.normed, count)
      product.begin(inputCount: count)
      product.add(layer.gate, state.normed, to: state.gate)
      product.add(layer.up, state.normed, to: state.up)
      team.run(product)
      rows.gateHidden.run(rowCount: count, on: team)
      observe(.down(layer: index), state.hidden, count)
      runProduct(layer.down, state.hidden, to: state.update, count)
    }
    return true
  }

  private func runProduct(
    _ matrix: WeightMatrix, _ input: ActivationRows, to output: ResultRows, _ count: Int
  ) {
    product.begin(inputCount: count)
    product.add(matrix, input, to: output)
    team.run(product)
  }

  @inline(__always)
  private func observe(_ input: MatrixInput, _ rows: ActivationRows, firstRow: Int = 0, _ count: Int) {
    guard let inputObserver else { return }
    for row in firstRow..<firstRow + count {
      inputObserver.observe(input, UnsafeBufferPointer(start: rows.floats(row), count: rows.columnCount))
    }
  }

  private func computeLogits(firstRow: Int, rowCount: Int) {
    rows.firstOutputRow = firstRow
    rows.normalizeForOutput.run(rowCount: rowCount, on: team)
    observe(.output, state.normed, firstRow: firstRow, rowCount)
    product.begin(inputCount: rowCount)
    product.add(
      weights.output, state.normed, firstInput: firstRow, to: state.logits.row(0),
      stride: state.logits.stride)
    team.run(product)
  }
}

extension MatrixProduct {
  func add(_ matrix: WeightMatrix, _ rows: ActivationRows, to output: ResultRows) {
    add(matrix, rows, to: output.row(0), stride: output.stride)
  }
}
