import Inference
import Sampling
import TensorTypes

/// Drafts with a small language model.
///
/// Its cache always holds a prefix of the sequence. What is missing, the newest proposal or more after a bonus or a
/// correction, is fed in one forward pass of several rows with the next step.
public final class ModelDrafter: Drafter {
  private let model: any CausalModel
  private let method: ProposalMethod
  private let chain: SamplingChain
  private let random: CounterRandom
  // Distributions of the proposals in flight, by position modulo their number; just one when nobody asks for q.
  private var distributions: [TokenDistribution] = []

  /// - Parameters:
  ///   - model: Owned by the drafter from now on: nobody else may run it. Its cache is emptied.
  ///   - sampling: The same as the target's; the noise must be the same, and similar filters are accepted more often.
  ///   - method: What the verifier asks for.
  public init(model: any CausalModel, sampling: SamplingParameters, method: ProposalMethod) {
    self.model = model
    self.method = method
    chain = SamplingChain(parameters: sampling, vocabularyCount: model.vocabularyCount)
    random = CounterRandom(seed: sampling.seed)
    model.rollBack(to: 0)
  }

  /// The token after a full cache can still be proposed.
  public var sequenceLimit: Int { model.contextLength + 1 }

  public func prepare(_ sequence: TokenSequence, cancellation: CancellationFlag?) {
    let needed = method == .sampled ? max(1, sequence.proposalCapacity) : 1
    while distributions.count < needed { distributions.append(.init(vocabularyCount: model.vocabularyCount)) }
    model.fill(from: sequence, upTo: min(sequence.count - 1, model.contextLength), cancellation: cancellation)
  }

  public func step(_ sequence: TokenSequence) {
    let position = sequence.count
    precondition(position > 0 && position < sequenceLimit, "the draft's context has room")
    model.forward(sequence.tokens(model.cachedCount..<position), logitRowCount: 1)
    let distribution = distributions[position % distributions.count]
    chain.apply(to: model.logits(row: 0), history: sequence.tokens(0..<position), into: distribution)
    switch method {
    case .coupled:
      sequence.propose(distribution.coupledToken(random: random, position: position), as: .point)
    case .sampled:
      // A position is proposed anew after each rejection before it. Counting the committed tokens into the key makes
      // that a fresh draw, independent of anything that a policy may have learnt from the discarded one.
      let attempt = UInt64(sequence.committedCount)
      let u = random.uniform(position: position, purpose: .proposal, index: attempt)
      sequence.propose(distribution.token(atQuantile: u), as: .sampled(distribution))
    }
  }

  public func forget(from count: Int) {
    model.rollBack(to: min(count, model.cachedCount))
  }
}
