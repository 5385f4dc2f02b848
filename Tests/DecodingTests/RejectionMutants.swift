import Decoding
import Inference
import Platform
import Sampling
import TensorTypes

/// Mistakes that a statistical test of losslessness must notice.
enum Mutation: CaseIterable {
  /// A rejected token is replaced by a draw from p, not from the residual.
  case residualIsTarget
  /// q is taken before the temperature and the filters' renormalization: a flatter distribution than was sampled.
  case unfilteredDraft
  /// The same number tests every position.
  case sameNumberForAllTests
  /// The number that tested a token also draws its replacement.
  case sameNumberForTestAndCorrection
  /// Tokens that the target rules out are accepted now and then.
  case acceptsImpossibleTokens
  /// Accepts whatever is proposed.
  case neverRejects
  /// A sampled token is drawn again if it is unlikely.
  case dropsUnlikelyProposals
}

/// The rejection verifier with one mistake.
final class MutantVerifier: Verifier {
  private let mutation: Mutation
  private let inner: RejectionVerifier
  private let chain: SamplingChain
  private let random: CounterRandom
  private let target: TokenDistribution

  init(_ mutation: Mutation, sampling: SamplingParameters) {
    self.mutation = mutation
    inner = RejectionVerifier(sampling: sampling, vocabularyCount: 3)
    chain = SamplingChain(parameters: sampling, vocabularyCount: 3)
    random = CounterRandom(seed: sampling.seed)
    target = TokenDistribution(vocabularyCount: 3)
  }

  var proposalMethod: ProposalMethod { .sampled }

  func choose(_ row: TargetRow) -> TokenID { inner.choose(row) }

  func judge(_ token: TokenID, proposedAs proposal: Proposal, against row: TargetRow) -> Verdict {
    chain.apply(to: row.logits, history: row.history, into: target)
    let position = mutation == .sameNumberForAllTests ? 0 : row.position
    let u = random.uniform(position: position, purpose: .acceptance)
    let p = target.probability(of: token)
    var q = RejectionRule.draftProbability(of: token, proposedAs: proposal)
    if mutation == .unfilteredDraft { q = 0.5 * q + 0.5 / 3 }
    let isAccepted =
      mutation == .neverRejects || (mutation == .acceptsImpossibleTokens && p == 0 && u < 0.5)
      || RejectionRule.accepts(p: p, q: q, u: u)
    if isAccepted { return .accepted }
    var correctionNumber = random.uniform(position: row.position, purpose: .correction)
    if mutation == .sameNumberForTestAndCorrection { correctionNumber = u }
    if mutation == .residualIsTarget {
      return .rejected(correction: target.token(atQuantile: correctionNumber))
    }
    return .rejected(
      correction: RejectionRule.correction(
        of: token, proposedAs: proposal, target: target, u: correctionNumber))
  }
}

/// Samples from q, and once more if the token was unlikely, but calls it a sample of q.
final class DroppingDrafter: Drafter {
  private let model: any CausalModel
  private let chain: SamplingChain
  private let random: CounterRandom

  init(model: any CausalModel, sampling: SamplingParameters) {
    self.model = model
    chain = SamplingChain(parameters: sampling, vocabularyCount: model.vocabularyCount)
    random = CounterRandom(seed: sampling.seed)
  }

  var sequenceLimit: Int { model.contextLength }

  func prepare(_ sequence: TokenSequence, cancellation: CancellationFlag?) {}

  func step(
    _ sequence: TokenSequence, telling needs: DraftSignals.Needs, unless cancellation: CancellationFlag?
  ) -> DraftSignals? {
    let position = sequence.count
    model.forward(sequence.tokens(model.cachedCount..<position), logitRowCount: 1)
    let q = TokenDistribution(vocabularyCount: model.vocabularyCount)
    chain.apply(to: model.logits(row: 0), history: sequence.tokens(0..<position), into: q)
    let attempt = UInt64(2 * sequence.committedCount)
    func draw(_ index: UInt64) -> TokenID {
      q.token(atQuantile: random.uniform(position: position, purpose: .proposal, index: index))
    }
    var token = draw(attempt)
    if q.probability(of: token) < 0.4 { token = draw(attempt + 1) }
    sequence.propose(token, as: .sampled(q))
    return DraftSignals()
  }

  func forget(from count: Int) { model.rollBack(to: min(count, model.cachedCount)) }
}
