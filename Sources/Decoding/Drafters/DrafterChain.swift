import Platform
import TensorTypes

/// Asks guessers one after the other, and a drafter where nothing comes to any guesser's mind.
///
/// What others proposed and the target made of it, a drafter with a cache catches up on with its own next step, in one
/// pass.
public final class DrafterChain: Drafter {
  private let guessers: [any TokenGuesser]
  private let fallback: any Drafter

  /// - Parameters:
  ///   - guessers: The first that has a guess is heard.
  ///   - fallback: Asked when they have none.
  public init(guessers: [any TokenGuesser], fallback: any Drafter) {
    self.guessers = guessers
    self.fallback = fallback
  }

  public var sequenceLimit: Int { fallback.sequenceLimit }

  public func prepare(_ sequence: TokenSequence, cancellation: CancellationFlag?) {
    for guesser in guessers { guesser.prepare(sequence) }
    fallback.prepare(sequence, cancellation: cancellation)
  }

  public func step(_ sequence: TokenSequence) {
    for guesser in guessers { guesser.follow(sequence) }
    if let token = guess(sequence) {
      sequence.propose(token, as: .point)
    } else {
      fallback.step(sequence)
    }
    for guesser in guessers { guesser.follow(sequence) }
  }

  public func forget(from count: Int) {
    for guesser in guessers { guesser.forget(from: count) }
    fallback.forget(from: count)
  }

  private func guess(_ sequence: TokenSequence) -> TokenID? {
    for guesser in guessers {
      if let token = guesser.guess(sequence) { return token }
    }
    return nil
  }
}
