/// Who proposes: continues a sequence by guesses.
///
/// A drafter is used by one thread at a time: by the draft lane while a draft job runs, else by the scheduler's thread.
public protocol Drafter: AnyObject {
  /// Largest number of tokens that a sequence may have after a step.
  var sequenceLimit: Int { get }

  /// Reads a prompt, so that the first step is quick. Called once per generation; may return early when cancelled.
  func prepare(_ sequence: TokenSequence, cancellation: CancellationFlag?)

  /// Appends one proposal to the sequence, catching up first on tokens that it has not seen.
  /// - Precondition: `sequence.count` is in `1..<sequenceLimit`.
  func step(_ sequence: TokenSequence)

  /// The tokens of the sequence from position `count` on are no longer what they were.
  func forget(from count: Int)
}
