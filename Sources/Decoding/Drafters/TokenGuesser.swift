import TensorTypes

/// Guesses the next token from what has been written, without a model: in less time than a token takes to read.
///
/// Used by one thread at a time, that of the drafter that asks it. Its guesses are point proposals (`Proposal.point`).
public protocol TokenGuesser: AnyObject {
  /// Makes room for a sequence and reads what is there. Called once per generation; nothing else allocates.
  func prepare(_ sequence: TokenSequence)

  /// Reads the tokens that it has not seen yet.
  func follow(_ sequence: TokenSequence)

  /// The token that may come next; nil: nothing comes to mind. Called after `follow`; the token is then proposed.
  func guess(_ sequence: TokenSequence) -> TokenID?

  /// The tokens of the sequence from position `count` on are no longer what they were.
  func forget(from count: Int)
}
