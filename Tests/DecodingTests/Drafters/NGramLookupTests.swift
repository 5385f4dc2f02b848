import TensorTypes
import TestSupport
import Testing

@testable import Decoding

/// A sequence and the lookup that follows it, as a drafter drives them.
private final class Writer {
  let sequence: TokenSequence
  let lookup: NGramLookup
  let lengths: ClosedRange<Int>

  init(prompt: [TokenID], capacity: Int, lengths: ClosedRange<Int>) {
    self.lengths = lengths
    sequence = TokenSequence(capacity: capacity, proposalCapacity: 8)
    lookup = NGramLookup(lengths: lengths)
    restart(prompt)
  }

  func restart(_ prompt: [TokenID]) {
    lookup.forget(from: sequence.restart(with: prompt))
    lookup.prepare(sequence)
  }

  var tokens: [TokenID] { Array(sequence.tokens(0..<sequence.count)) }

  func guess() -> TokenID? {
    lookup.follow(sequence)
    return lookup.guess(sequence)
  }

  /// The same by looking at every place: the longest n-gram first, the last place first.
  func bruteForceGuess() -> TokenID? {
    let tokens = tokens
    for length in lengths.reversed() where tokens.count > length {
      let end = tokens.suffix(length)
      for start in (0..<tokens.count - length).reversed()
      where tokens[start..<start + length].elementsEqual(end) {
        return tokens[start + length]
      }
    }
    return nil
  }
}

@Suite("Guesses from what was written: n-grams")
struct NGramLookupTests {
  @Test(
    "the guess is that of a search through the whole sequence, whatever is taken back",
    arguments: [1...1, 1...3, 2...4, 3...3, 2...7])
  func bruteForce(lengths: ClosedRange<Int>) {
    var (guessCount, missCount) = (0, 0)
    for seed in 0..<30 {
      var random = SeededGenerator(seed: UInt64(seed))
      let vocabulary = TokenID([2, 3, 12, 1000][seed % 4])
      func token() -> TokenID { TokenID.random(in: 0..<vocabulary, using: &random) }
      let writer = Writer(
        prompt: (0..<Int.random(in: 1...30, using: &random)).map { _ in token() }, capacity: 150,
        lengths: lengths)
      let sequence = writer.sequence
      for _ in 0..<120 {
        #expect(writer.guess() == writer.bruteForceGuess())
        if writer.guess() == nil { missCount += 1 } else { guessCount += 1 }
        guard sequence.count < sequence.capacity else {
          writer.restart(Array(writer.tokens.prefix(Int.random(in: 1...100, using: &random))) + [token()])
          continue
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5 where sequence.proposalCount < 8:
          sequence.propose(writer.guess() ?? token(), as: .point)
        case 5..<7 where sequence.proposalCount > 0:
          sequence.commitProposal()
        default:
          // A correction: proposals fall, and another token stands in the place of the first.
          let position = sequence.committedCount
          sequence.commit(token())
          writer.lookup.forget(from: position)
        }
      }
    }
    #expect(guessCount > 100)
    #expect(lengths == 1...1 || missCount > 100)
  }

  @Test("the longest match decides, and of equals the last one")
  func order() {
    let guess = { (tokens: [TokenID]) in Writer(prompt: tokens, capacity: 40, lengths: 2...3).guess() }
    #expect(guess([1, 2, 3, 7, 2, 3, 8, 1, 2, 3]) == 7)
    #expect(guess([9, 2, 3, 7, 2, 3, 8, 1, 2, 3]) == 8)
    #expect(guess([5, 5, 5]) == 5)
    #expect(guess([1, 2, 1, 3]) == nil)
    #expect(guess([1]) == nil)
  }

  @Test("taking back restores the table exactly, collisions included")
  func rollBack() {
    var random = SeededGenerator(seed: 4)
    // Little room: searches often go past the slots of others.
    let capacity = 64
    let tokens = (0..<capacity).map { _ in TokenID.random(in: 0..<6, using: &random) }
    tokens.withUnsafeBufferPointer { tokens in
      var table = NGramTable(length: 2, capacity: capacity)
      for end in 0..<20 { table.add(endingAt: end, of: tokens) }
      for round in 0..<40 {
        let ends = (20..<capacity).map { end in
          table.add(endingAt: end, of: tokens)
          return table.lastEnd(before: end)
        }
        let expected = (20..<capacity).map { end in
          (1..<end).reversed().first { tokens[$0] == tokens[end] && tokens[$0 - 1] == tokens[end - 1] }
        }
        #expect(ends == expected, "round \(round)")
        for end in (20..<capacity).reversed() { table.remove(endingAt: end) }
      }
    }
  }
}
