import Inference
import KernelDispatch
import Platform
import TensorTypes

/// Times passes of a model and reads of memory in alternation, so that a busy moment of the machine hits both.
struct ModelBenchmark {
  /// The same weights with a cache for each context, so that filling it is not repeated.
  private let models: [(context: Int, model: TransformerModel)]
  private let weights: ModelWeights
  private let kernels: KernelLibrary
  private let team: ThreadTeam

  /// - Parameters:
  ///   - contexts: Tokens in the cache before a pass, ascending.
  ///   - longestPass: Tokens that one pass adds at most.
  init(
    _ weights: ModelWeights, kernels: KernelLibrary, team: ThreadTeam, contexts: [Int], longestPass: Int,
    cacheType: CacheType
  ) throws(ModelError) {
    self.weights = weights
    self.kernels = kernels
    self.team = team
    var models: [(Int, TransformerModel)] = []
    for context in contexts {
      let trained = weights.configuration.trainedContextLength
      models.append(
        (
          context,
          try TransformerModel(
            weights, team: team, contextLength: min(context + longestPass, trained), cacheType: cacheType)
        ))
    }
    self.models = models
  }

  func measure(rowCounts: [Int], promptLength: Int, rounds: Int) -> ModelBenchmarkResult {
    let reader = BandwidthProbe(kernels: kernels, team: team)
    var timings = models.map { ContextTimings(context: $0.context) }
    var promptSeconds: [Double] = []
    var bandwidths: [Double] = []
    for round in 0...rounds {
      let bandwidth = reader.bytesPerSecond()
      for (index, (context, model)) in models.enumerated() {
        for count in rowCounts {
          let seconds = (0..<passesPerRound).map { _ in time(model, rows: count, after: context) }.min()!
          if round > 0 { timings[index].add(seconds, rows: count) }
        }
        let bytes = weights.bytesPerPass + context * model.cacheBytesPerToken
        if round > 0 { timings[index].addShare(of: bandwidth, bytes: bytes) }
      }
      // The first round only warms caches and pages up, and fills the contexts.
      guard round > 0 else { continue }
      bandwidths.append(bandwidth)
      if promptLength > 0 { promptSeconds.append(timePrompt(promptLength)) }
    }
    return ModelBenchmarkResult(
      kernelLevel: kernels.level.rawValue, threads: team.threadCount, rounds: rounds,
      kvType: models[0].model.cacheType.rawValue, kvBytesPerToken: models[0].model.cacheBytesPerToken,
      bandwidthBytesPerSecond: median(bandwidths), bytesPerPass: weights.bytesPerPass,
      contexts: timings.map(\.result), promptLength: promptLength,
      promptSeconds: promptSeconds.isEmpty ? nil : median(promptSeconds),
      peakResidentBytes: ProcessMemory.peakResidentBytes)
  }

  /// Short passes are repeated: the best of a few is what the machine can do undisturbed.
  private var passesPerRound: Int { 3 }

  /// Tokens for positions `range`.
  private func tokens(_ range: Range<Int>) -> [TokenID] {
    range.map { TokenID(($0 * 7919 + 3) % weights.configuration.vocabularyCount) }
  }

  private func run(_ model: TransformerModel, _ tokens: [TokenID], logitRowCount: Int) {
    tokens.withUnsafeBufferPointer { model.forward($0, logitRowCount: logitRowCount) }
  }

  private func fill(_ model: TransformerModel, to context: Int) {
    if model.cachedCount > context { model.rollBack(to: context) }
    let missing = tokens(model.cachedCount..<context)
    if !missing.isEmpty { run(model, missing, logitRowCount: 0) }
  }

  private func time(_ model: TransformerModel, rows: Int, after context: Int) -> Double {
    fill(model, to: context)
    let tokens = tokens(context..<context + rows)
    let start = ContinuousClock.now
    run(model, tokens, logitRowCount: min(rows, 64))
    return (ContinuousClock.now - start) / .seconds(1)
  }

  /// A prompt that is read from its beginning. What it leaves in the cache is what `fill` would put there.
  private func timePrompt(_ length: Int) -> Double {
    models[0].model.rollBack(to: 0)
    return time(models[0].model, rows: length, after: 0)
  }
}

/// Times of passes after one context, of all rounds.
private struct ContextTimings {
  let context: Int
  private var passSeconds: [Int: [Double]] = [:]
  private var shares: [Double] = []

  init(context: Int) { self.context = context }

  mutating func add(_ seconds: Double, rows: Int) { passSeconds[rows, default: []].append(seconds) }

  /// The last pass of one row beside the bandwidth of its round.
  mutating func addShare(of bandwidth: Double, bytes: Int) {
    shares.append(Double(bytes) / passSeconds[1]!.last! / bandwidth)
  }

  var result: ContextResult {
    ContextResult(
      context: context, passSeconds: passSeconds.mapValues(median), bandwidthShare: median(shares))
  }
}
