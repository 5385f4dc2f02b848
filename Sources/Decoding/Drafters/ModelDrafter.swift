import Inference
import Platform
import Sampling
import TensorTypes

/// Drafts with a small language model.
///
/// Its cache always holds a prefix of the sequence. What is missing, the newest proposal or more after a bonus or a
/// correction, is fed in one forward pass of several rows with the next step.
public final class ModelDrafter: BranchingDrafter {
  let model: any CausalModel
  private let method: ProposalMethod
  let chain: SamplingChain
  let random: CounterRandom
  private let acceptance: (() -> Float)?
  // Distributions of the proposals in flight, by position modulo their number; none when nobody asks for q.
  private var distributions: [TokenDistribution] = []
  /// Of whatever is no sampled proposal.
  let scratch: TokenDistribution
  private var alternatives = DraftAlternatives()
  public var alternativeCount = 0

  /// - Parameters:
  ///   - model: Owned by the drafter from now on: nobody else may run it. Its cache is emptied.
  ///   - sampling: The same as the target's; the noise must be the same, and similar filters are accepted more often.
  ///   - method: What the verifier asks for.
  ///   - acceptance: Tells, after a pass, the probability that the last token it read is accepted: an acceptance head on
  ///     the state of the model's last row. Allocates nothing.
  public init(
    model: any CausalModel, sampling: SamplingParameters, method: ProposalMethod,
    acceptance: (() -> Float)? = nil
  ) {
    self.model = model
    self.method = method
    self.acceptance = acceptance
    chain = SamplingChain(parameters: sampling, vocabularyCount: model.vocabularyCount)
    scratch = TokenDistribution(vocabularyCount: model.vocabularyCount)
    random = CounterRandom(seed: sampling.seed)
    model.rollBack(to: 0)
  }

  /// The token after a full cache can still be proposed.
  public var sequenceLimit: Int { model.contextLength + 1 }

  public func prepare(_ sequence: TokenSequence, cancellation: CancellationFlag?) {
    let needed = method == .sampled ? max(1, sequence.proposalCapacity) : 0
    while distributions.count < needed { distributions.append(.init(vocabularyCount: model.vocabularyCount)) }
    alternatives.removeAll()
    model.fill(from: sequence, upTo: min(sequence.count - 1, model.contextLength), cancellation: cancellation)
  }

  public func step(
    _ sequence: TokenSequence, telling needs: DraftSignals.Needs, unless cancellation: CancellationFlag?
  ) -> DraftSignals? {
    let position = sequence.count
    let distribution = method == .sampled ? distributions[position % distributions.count] : scratch
    guard let readCount = read(sequence, into: distribution, unless: cancellation) else { return nil }
    let token: TokenID
    switch method {
    case .coupled:
      token = distribution.coupledToken(random: random, position: position)
      sequence.propose(token, as: .point)
    case .sampled:
      // A position is proposed anew after each rejection before it. Counting the committed tokens into the key makes
      // that a fresh draw, independent of anything that a policy may have learnt from the discarded one.
      let attempt = UInt64(sequence.committedCount)
      let u = random.uniform(position: position, purpose: .proposal, index: attempt)
      token = distribution.token(atQuantile: u)
      sequence.propose(token, as: .sampled(distribution))
    }
    if needs.contains(.alternatives) {
      alternatives.find(
        alternativeCount, besides: token, in: distribution, logits: model.logits(row: 0), random: random,
        position: position)
    }
    return signals(of: token, needs, readCount: readCount)
  }

  public func alternative(_ rank: Int, at position: Int) -> TokenID? { alternatives[rank, at: position] }

  public func stepOnBranch(
    _ sequence: TokenSequence, telling needs: DraftSignals.Needs, unless cancellation: CancellationFlag?
  ) -> DraftSignals? {
    let position = sequence.count
    guard let readCount = read(sequence, into: scratch, unless: cancellation) else { return nil }
    let token = scratch.coupledToken(random: random, position: position)
    sequence.propose(token, as: .point)
    return signals(of: token, needs, readCount: readCount)
  }

  /// Reads what is missing of the sequence.
  /// - Parameter distribution: Becomes that of the token that follows.
  /// - Returns: Number of tokens read; nil when cancelled.
  private func read(
    _ sequence: TokenSequence, into distribution: TokenDistribution, unless cancellation: CancellationFlag?
  ) -> Int? {
    let position = sequence.count
    precondition(position > 0 && position < sequenceLimit, "the draft's context has room")
    // The last token is read again where its logits are gone: a proposal was dropped that nothing was wrong with.
    model.rollBack(to: min(model.cachedCount, position - 1))
    let first = model.cachedCount
    guard model.forward(sequence.tokens(first..<position), logitRowCount: 1, unless: cancellation) else {
      return nil
    }
    chain.apply(to: model.logits(row: 0), history: sequence.tokens(0..<position), into: distribution)
    return position - first
  }

  private func signals(of token: TokenID, _ needs: DraftSignals.Needs, readCount: Int) -> DraftSignals {
    var signals = DraftSignals()
    signals.readCount = readCount
    if needs.contains(.softmax) {
      let logits = model.logits(row: 0)
      let summary = SoftmaxSummary(logits)
      signals.probability = summary.probability(ofLogit: logits[Int(token)])
      signals.entropy = summary.entropy
    }
    if needs.contains(.acceptance) { signals.previousAcceptance = acceptance?() }
    return signals
  }

  public func forget(from count: Int) {
    model.rollBack(to: min(count, model.cachedCount))
  }
}
