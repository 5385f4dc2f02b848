import TensorTypes

/// Guesses phrases that it remembers, across generations (after Ouroboros, arXiv 2402.13720).
///
/// It learns what the target wrote, and what was proposed behind a rejected token: that tail may well follow the token
/// which the target wrote instead. The longest phrase after the last tokens is proposed token by token.
public final class PhrasePool: TokenGuesser {
  private var store: PhraseStore
  // Tokens by position modulo their number: what was proposed is gone from the sequence when it is rejected.
  private var ring: [TokenID] = []
  /// Number of tokens read, and how many of them were final then.
  private var count = 0
  private var committedCount = 0
  /// Position of the next key to learn from.
  private var learntCount = 0
  /// The tokens behind a rejected one.
  private var tail: [TokenID]
  private var tailCount = 0
  private var rejectedPosition = 0
  /// The phrase that is being proposed, and where its next token belongs.
  private var current: (phrase: PhraseStore.Reference, index: Int, position: Int)?

  /// - Parameters:
  ///   - phraseCount: Most phrases that are remembered.
  ///   - keyLength: How many tokens must come before a phrase as they did.
  ///   - phraseLength: Most tokens of a phrase.
  public init(phraseCount: Int = 4096, keyLength: Int = 2, phraseLength: Int = 8) {
    store = PhraseStore(capacity: phraseCount, keyLength: keyLength, phraseLength: phraseLength)
    tail = .init(repeating: 0, count: phraseLength)
  }

  public func prepare(_ sequence: TokenSequence) {
    if ring.count <= sequence.proposalCapacity {
      ring = .init(repeating: 0, count: sequence.proposalCapacity + 1)
    }
    (count, committedCount) = (sequence.count, sequence.committedCount)
    // From the last token of the prompt on: what follows it is what the target writes.
    learntCount = max(store.keyLength, committedCount) - 1
    tailCount = 0
    current = nil
  }

  public func follow(_ sequence: TokenSequence) {
    learnTail(sequence)
    for position in max(count, sequence.committedCount)..<max(count, sequence.count) {
      ring[position % ring.count] = sequence[position]
    }
    (count, committedCount) = (sequence.count, sequence.committedCount)
    while learntCount + store.phraseLength < committedCount {
      let keyEnd = learntCount + 1
      store.insert(
        sequence.tokens(keyEnd..<keyEnd + store.phraseLength),
        after: sequence.tokens(keyEnd - store.keyLength..<keyEnd))
      learntCount += 1
    }
  }

  public func guess(_ sequence: TokenSequence) -> TokenID? {
    precondition(count == sequence.count, "the sequence was read")
    if let current, current.position == count, let token = store.token(current.index, of: current.phrase) {
      self.current = (current.phrase, current.index + 1, count + 1)
      return token
    }
    current = nil
    guard count >= store.keyLength,
      let phrase = store.longest(after: sequence.tokens(count - store.keyLength..<count))
    else { return nil }
    current = (phrase, 1, count + 1)
    return store.token(0, of: phrase)
  }

  public func forget(from newCount: Int) {
    guard newCount < count else { return }
    if let current, current.position > newCount { self.current = nil }
    // Only proposals are rejected; when a final token goes, another text begins.
    tailCount = newCount >= committedCount ? min(tail.count, count - newCount - 1) : 0
    for index in 0..<tailCount { tail[index] = ring[(newCount + 1 + index) % ring.count] }
    rejectedPosition = newCount
    count = newCount
    committedCount = min(committedCount, newCount)
  }

  /// Pairs the tail of a rejected token with the one that the target wrote in its place.
  private func learnTail(_ sequence: TokenSequence) {
    let end = rejectedPosition + 1
    guard tailCount > 0, sequence.committedCount >= end else { return }
    if end >= store.keyLength {
      tail.withUnsafeBufferPointer {
        store.insert(
          UnsafeBufferPointer(rebasing: $0[..<tailCount]),
          after: sequence.tokens(end - store.keyLength..<end))
      }
    }
    tailCount = 0
  }
}
