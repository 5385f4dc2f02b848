import TensorTypes
import Testing

@testable import Decoding

@Suite("Guesses from what was written: phrases")
struct PhrasePoolTests {
  /// What the pool would add to the sequence, token by token.
  private func continuation(_ pool: PhrasePool, _ sequence: TokenSequence, atMost count: Int = 8) -> [TokenID]
  {
    var tokens: [TokenID] = []
    while tokens.count < count {
      pool.follow(sequence)
      guard let token = pool.guess(sequence) else { break }
      sequence.propose(token, as: .point)
      tokens.append(token)
    }
    pool.follow(sequence)
    return tokens
  }

  private func start(_ pool: PhrasePool, _ sequence: TokenSequence, _ prompt: [TokenID]) {
    pool.forget(from: sequence.restart(with: prompt))
    pool.prepare(sequence)
  }

  private func write(_ tokens: [TokenID], _ pool: PhrasePool, _ sequence: TokenSequence) {
    for token in tokens {
      let position = sequence.committedCount
      sequence.commit(token)
      pool.forget(from: position)
      pool.follow(sequence)
    }
  }

  @Test("what was written once is proposed again, also in the next text")
  func history() {
    let pool = PhrasePool(phraseCount: 100, keyLength: 2, phraseLength: 3)
    let sequence = TokenSequence(capacity: 100, proposalCapacity: 8)
    start(pool, sequence, [50, 51])
    #expect(continuation(pool, sequence) == [])
    write([1, 2, 3, 4, 5, 6, 7], pool, sequence)
    start(pool, sequence, [60, 1, 2])
    // 3 4 5 follow 1 2; then 6 7 would follow 4 5, but were not followed by a third token.
    #expect(continuation(pool, sequence) == [3, 4, 5])
    start(pool, sequence, [50, 51])
    #expect(continuation(pool, sequence, atMost: 7) == [1, 2, 3, 4, 5, 6])
    // The prompt itself is not learnt.
    start(pool, sequence, [80, 81, 82, 83, 84, 85, 80, 81])
    #expect(continuation(pool, sequence) == [])
  }

  @Test("behind a rejected token stood what may follow the right one")
  func rejectedTail() {
    let pool = PhrasePool(phraseCount: 100, keyLength: 1, phraseLength: 4)
    let sequence = TokenSequence(capacity: 100, proposalCapacity: 8)
    start(pool, sequence, [50])
    for token: TokenID in [10, 11, 12, 13] {
      pool.follow(sequence)
      #expect(pool.guess(sequence) == nil)
      sequence.propose(token, as: .point)
    }
    pool.follow(sequence)
    sequence.commitProposal()
    // 11 is rejected; the target writes 21.
    sequence.commit(21)
    pool.forget(from: 2)
    #expect(continuation(pool, sequence) == [12, 13])
    // A bonus token rejects nothing.
    sequence.commitProposal()
    sequence.commitProposal()
    let end = sequence.count
    sequence.commit(30)
    pool.forget(from: end)
    #expect(continuation(pool, sequence) == [])
  }

  @Test("a phrase is left when another token takes the place of its next one")
  func divergence() {
    let pool = PhrasePool(phraseCount: 100, keyLength: 1, phraseLength: 4)
    let sequence = TokenSequence(capacity: 100, proposalCapacity: 8)
    start(pool, sequence, [50])
    write([1, 2, 3, 4, 5, 6], pool, sequence)
    start(pool, sequence, [1])
    #expect(continuation(pool, sequence, atMost: 2) == [2, 3])
    sequence.commitProposal()
    sequence.commit(99)
    pool.forget(from: 2)
    #expect(continuation(pool, sequence) == [])
    // Somebody else proposes in between.
    start(pool, sequence, [1])
    #expect(continuation(pool, sequence, atMost: 1) == [2])
    sequence.propose(50, as: .point)
    #expect(continuation(pool, sequence, atMost: 2) == [1, 2])
  }
}
