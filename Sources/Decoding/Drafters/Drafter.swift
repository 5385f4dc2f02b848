import Platform

/// Who proposes: continues a sequence by guesses.
///
/// A drafter is used by one thread at a time: by the draft lane while a draft job runs, else by the scheduler's thread.
public protocol Drafter: AnyObject {
  /// Largest number of tokens that a sequence may have after a step.
  var sequenceLimit: Int { get }

  /// Reads a prompt, so that the first step is quick. Called once per generation; may return early when cancelled.
  func prepare(_ sequence: TokenSequence, cancellation: CancellationFlag?)

  /// Appends one proposal to the sequence, catching up first on tokens that it has not seen.
  /// - Parameters:
  ///   - needs: What to tell about the proposal; anything else may be left out.
  ///   - cancellation: Set by another lane when the proposal has become void.
  /// - Returns: What is known about the proposal; nil if there is none: cancelled, or nothing comes to mind.
  /// - Precondition: `sequence.count` is in `1..<sequenceLimit`.
  func step(
    _ sequence: TokenSequence, telling needs: DraftSignals.Needs, unless cancellation: CancellationFlag?
  )
    -> DraftSignals?

  /// The tokens of the sequence from position `count` on are no longer what they were.
  func forget(from count: Int)

  /// Reads the final tokens that it has not seen yet and tells for how many of them it would have proposed the same.
  /// - Returns: Numbers of tokens; nil if it cannot tell.
  func review(_ sequence: TokenSequence) -> (agreed: Int, tested: Int)?

  /// Who can continue more than one first token; nil: nobody.
  var branching: (any BranchingDrafter)? { get }
}

extension Drafter {
  public func review(_ sequence: TokenSequence) -> (agreed: Int, tested: Int)? { nil }
}
