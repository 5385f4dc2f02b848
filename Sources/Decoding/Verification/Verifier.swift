import Sampling
import TensorTypes

/// One row of a target pass: the target's logits for one position, with what came before it.
public struct TargetRow {
  /// Shape `[vocabularyCount]`.
  public let logits: UnsafeBufferPointer<Float>
  /// All tokens before the position; at least one.
  public let history: UnsafeBufferPointer<TokenID>

  public init(logits: UnsafeBufferPointer<Float>, history: UnsafeBufferPointer<TokenID>) {
    self.logits = logits
    self.history = history
  }

  /// The position that the row predicts.
  public var position: Int { history.count }
}

/// What becomes of a proposed token.
public enum Verdict: Equatable, Sendable {
  case accepted
  /// The token is wrong; the target's replaces it, and everything proposed after it is void.
  case rejected(correction: TokenID)
}

/// Who judges. A pure function of the row, the proposal and the seed; it keeps scratch, no state.
public protocol Verifier: AnyObject {
  /// How it wants tokens to be proposed.
  var proposalMethod: ProposalMethod { get }

  /// The target's own token for a row with nothing to test.
  func choose(_ row: TargetRow) -> TokenID

  /// Tests `token`, proposed for the row's position.
  func judge(_ token: TokenID, proposedAs proposal: Proposal, against row: TargetRow) -> Verdict
}
