import Platform
import TensorTypes

/// Asks guessers one after the other, and a drafter where nothing comes to any guesser's mind.
///
/// What others proposed and the target made of it, a drafter with a cache catches up on with its own next step, in one
/// pass.
public final class DrafterChain: Drafter {
  private let guessers: [any TokenGuesser]
  private let fallback: (any Drafter)?

  /// - Parameters:
  ///   - guessers: The first that has a guess is heard.
  ///   - fallback: Asked when they have none; nil: nothing is proposed then.
  public init(guessers: [any TokenGuesser], fallback: (any Drafter)?) {
    self.guessers = guessers
    self.fallback = fallback
  }

  /// Guessers go on where the fallback's context ends.
  public var sequenceLimit: Int { guessers.isEmpty ? fallback?.sequenceLimit ?? .max : .max }

  public func prepare(_ sequence: TokenSequence, cancellation: CancellationFlag?) {
    for guesser in guessers { guesser.prepare(sequence) }
    fallback?.prepare(sequence, cancellation: cancellation)
  }

  public func step(
    _ sequence: TokenSequence, telling needs: DraftSignals.Needs, unless cancellation: CancellationFlag?
  ) -> DraftSignals? {
    for guesser in guessers { guesser.follow(sequence) }
    var signals: DraftSignals? = DraftSignals()
    if let token = guess(sequence) {
      sequence.propose(token, as: .point)
    } else {
      signals = askFallback(sequence, telling: needs, unless: cancellation)
    }
    for guesser in guessers { guesser.follow(sequence) }
    return signals
  }

  public func forget(from count: Int) {
    for guesser in guessers { guesser.forget(from: count) }
    fallback?.forget(from: count)
  }

  public var branching: (any BranchingDrafter)? { fallback?.branching }

  /// What the fallback would have proposed; of guesses nobody knows.
  public func review(_ sequence: TokenSequence) -> (agreed: Int, tested: Int)? { fallback?.review(sequence) }

  private func guess(_ sequence: TokenSequence) -> TokenID? {
    for guesser in guessers {
      if let token = guesser.guess(sequence) { return token }
    }
    return nil
  }

  private func askFallback(
    _ sequence: TokenSequence, telling needs: DraftSignals.Needs, unless cancellation: CancellationFlag?
  ) -> DraftSignals? {
    guard let fallback, sequence.count < fallback.sequenceLimit else { return nil }
    return fallback.step(sequence, telling: needs, unless: cancellation)
  }
}
