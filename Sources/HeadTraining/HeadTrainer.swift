import AcceptanceHead

/// Trains an acceptance head on a set of examples.
///
/// The same examples, options and number of OpenBLAS threads give the same bits, also when training is ended after any
/// step and goes on from the state. Used by one thread at a time, after `MatrixProducts.prepare`.
public final class HeadTrainer {
  public let options: HeadTrainingOptions
  public let shape: HeadShape
  /// Sequences that are trained on, and those that are kept for validation.
  public let trainingSequences, validationSequences: [Int]
  /// Where training stands.
  public private(set) var state: TrainingState
  private let examples: ExampleSet
  private let network: HeadNetwork
  private let loss: AcceptanceLoss
  private let batches: BatchGradient
  private let schedule: CosineSchedule

  /// - Parameter state: To go on from; ignored where it does not fit this training.
  /// - Throws: `tooFew`.
  public init(
    _ examples: ExampleSet, options: HeadTrainingOptions, split: ValidationSplit,
    from state: TrainingState? = nil
  ) throws(HeadTrainingError) {
    (self.examples, self.options) = (examples, options)
    let shape = HeadShape(hiddenSize: examples.source.hiddenSize, blockCount: options.blockCount)
    self.shape = shape
    let held = split.prompts(of: examples.source.promptCount)
    let sequences = (0..<examples.sequenceCount).filter { examples.count($0) > 0 }
    let training = sequences.filter { !held.contains(examples.source.prompt(of: $0)) }
    let validation = sequences.filter { held.contains(examples.source.prompt(of: $0)) }
    if training.isEmpty { throw .tooFew(what: "texts to train on", found: 0, needed: 1) }
    if validation.isEmpty { throw .tooFew(what: "texts to validate with", found: 0, needed: 1) }
    (trainingSequences, validationSequences) = (training, validation)
    network = HeadNetwork(shape: shape)
    loss = AcceptanceLoss(rejectionWeight: options.rejectionWeight)
    batches = BatchGradient(examples, network: network, loss: loss)
    let batchCount = (training.count + options.batchSize - 1) / options.batchSize
    let stepCount = batchCount * options.epochCount
    schedule = CosineSchedule(
      peak: options.learningRate, stepCount: stepCount, warmUpShare: options.warmUpShare)
    if let state, state.parameters.count == shape.parameterCount, state.losses.count <= stepCount,
      state.epochs.count == state.losses.count / batchCount
    {
      self.state = state
    } else {
      self.state = TrainingState(parameters: Self.firstParameters(shape, seed: options.seed))
    }
  }

  /// Steps of the whole training, and of an epoch.
  public var stepCount: Int { schedule.stepCount }
  public var batchCount: Int { stepCount / options.epochCount }
  public var isComplete: Bool { state.losses.count == stepCount }

  public var parameters: HeadParameters { HeadParameters(shape: shape, values: state.parameters) }

  /// Does one step, and after the last of an epoch its validation.
  /// - Returns: Whether an epoch ended.
  /// - Throws: `diverged`.
  public func step() throws(HeadTrainingError) -> Bool {
    precondition(!isComplete)
    let number = state.losses.count
    let value = batches.compute(batch(number), at: state.parameters)
    guard value.isFinite, batches.gradient.allSatisfy(\.isFinite) else { throw .diverged(step: number) }
    state.descend(loss: value, gradient: batches.gradient, learningRate: schedule.rate(step: number))
    guard state.losses.count.isMultiple(of: batchCount) else { return false }
    let evaluation = evaluate()
    state.epochs.append(.init(loss: evaluation.loss, area: evaluation.area ?? .nan))
    return true
  }

  /// The head as it is, on the validation prompts.
  public func evaluate() -> HeadEvaluation {
    HeadEvaluation(
      examples, sequences: validationSequences, parameters: state.parameters, network: network, loss: loss)
  }

  /// Sequences of a step: each epoch goes through all of them in another order.
  private func batch(_ step: Int) -> [Int] {
    let order = TrainingRandom(seed: options.seed, purpose: .order(epoch: step / batchCount))
      .shuffled(trainingSequences.count)
    let start = step % batchCount * options.batchSize
    return order[start..<min(start + options.batchSize, order.count)].map { trainingSequences[$0] }
  }

  /// As PyTorch begins linear layers: uniform in ±1/√inputs.
  private static func firstParameters(_ shape: HeadShape, seed: UInt64) -> [Float] {
    var random = TrainingRandom(seed: seed, purpose: .weights)
    let spread = 1 / Float(shape.hiddenSize).squareRoot()
    return (0..<shape.parameterCount).map { _ in random.uniform() * spread }
  }
}
