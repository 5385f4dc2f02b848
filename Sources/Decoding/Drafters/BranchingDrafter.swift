import Platform
import TensorTypes

/// A drafter that can continue more than one first token.
public protocol BranchingDrafter: Drafter {
  /// How many alternatives a step finds that is asked for them, in `0...DraftAlternatives.largestCount`.
  var alternativeCount: Int { get set }

  /// A token that it might have proposed at `position`, the first of a chain, instead of the one that it did.
  /// - Parameter rank: 0: the best of them.
  /// - Returns: Nil if there is none, or if the step at `position` was not asked for `.alternatives`.
  func alternative(_ rank: Int, at position: Int) -> TokenID?

  /// Appends one proposal to a sequence that differs from the one that `step` continues. The proposal is a point, whatever
  /// the verifier asks for.
  ///
  /// Before the next `step`, `forget(from:)` is called with the position from which on they differ.
  /// - Returns: What is known about the proposal; nil if there is none.
  func stepOnBranch(
    _ sequence: TokenSequence, telling needs: DraftSignals.Needs, unless cancellation: CancellationFlag?
  ) -> DraftSignals?
}

extension Drafter {
  /// Who can continue more than one first token; nil: nobody.
  public var branching: (any BranchingDrafter)? { nil }
}

extension BranchingDrafter {
  public var branching: (any BranchingDrafter)? { self }
}
