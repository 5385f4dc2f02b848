import Inference
import Platform
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
  private let acceptance: (() -> Float)?
  // Distributions of the proposals in flight, by position modulo their number; just one when nobody asks for q.
  private var distributions: [TokenDistribution] = []

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

  public func step(
    _ sequence: TokenSequence, telling needs: DraftSignals.Needs, unless cancellation: CancellationFlag?
  ) -> DraftSignals? {
    let position = sequence.count
    precondition(position > 0 && position < sequenceLimit, "the draft's context has room")
    // The last token is read again where its logits are gone: a proposal was dropped that nothing was wrong with.
    model.rollBack(to: min(model.cachedCount, position - 1))
    guard
      model.forward(
        sequence.tokens(model.cachedCount..<position), logitRowCount: 1, unless: cancellation)
    else { return nil }
    let logits = model.logits(row: 0)
    let distribution = distributions[position % distributions.count]
    chain.apply(to: logits, history: sequence.tokens(0..<position), into: distribution)
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
    var signals = DraftSignals()
    if needs.contains(.softmax) {
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

  /// Rows of logits per pass of a review.
  private static let reviewedRowCount = 16
  /// Tokens that a review reads when it has missed more than twice as many, and how many of the first of those are not
  /// judged, since little came before them.
  private static let reviewWindow = 96
  private static let unjudgedCount = 32

  /// A proposal here is the token that the target would draw with the same noise, whatever the method.
  public func review(_ sequence: TokenSequence) -> (agreed: Int, tested: Int)? {
    let end = min(sequence.committedCount - 1, model.contextLength)
    if end - model.cachedCount <= 2 * Self.reviewWindow {
      return review(sequence, to: end, shiftedBy: 0)
    }
    // Reading everything would cost more than knowing is worth: the last tokens, as if nothing came before them. What
    // that leaves in the cache belongs to no sequence.
    model.rollBack(to: 0)
    let first = end - Self.reviewWindow
    _ = review(sequence, to: first + Self.unjudgedCount, shiftedBy: first)
    let counts = review(sequence, to: end, shiftedBy: first)
    model.rollBack(to: 0)
    return counts
  }

  /// - Parameter shift: By how much positions in the sequence are greater than those in the cache.
  private func review(
    _ sequence: TokenSequence, to end: Int, shiftedBy shift: Int
  ) -> (agreed: Int, tested: Int) {
    var counts = (agreed: 0, tested: 0)
    while model.cachedCount + shift < end {
      let first = model.cachedCount + shift
      let rowCount = min(Self.reviewedRowCount, end - first)
      model.forward(sequence.tokens(first..<first + rowCount), logitRowCount: rowCount)
      for row in 0..<rowCount {
        let position = first + row + 1
        chain.apply(
          to: model.logits(row: row), history: sequence.tokens(0..<position), into: distributions[0])
        let own = distributions[0].coupledToken(random: random, position: position)
        counts.tested += 1
        if own == sequence[position] { counts.agreed += 1 }
      }
    }
    return counts
  }
}
