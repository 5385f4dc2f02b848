import TensorTypes

/// Guesses that the last tokens are followed by what followed them before, in the prompt or in the output (prompt
/// lookup).
///
/// The longest n-gram at the end of the sequence that occurred before decides, and of its occurrences the last one.
/// Tokens are read once each: a step costs O(longest n) and allocates nothing.
public final class NGramLookup: TokenGuesser {
  private let lengths: ClosedRange<Int>
  /// By n, the longest first; empty before the first `prepare`.
  private var tables: [NGramTable] = []
  private var capacity = 0
  /// Number of tokens read.
  private var count = 0

  /// - Parameter lengths: Numbers n of tokens that must have occurred together, from 1.
  public init(lengths: ClosedRange<Int> = 2...4) {
    precondition(lengths.lowerBound >= 1, "an n-gram has a token")
    self.lengths = lengths
  }

  public func prepare(_ sequence: TokenSequence) {
    if tables.isEmpty || capacity != sequence.capacity {
      capacity = sequence.capacity
      tables = lengths.reversed().map { NGramTable(length: $0, capacity: capacity) }
      count = 0
    }
    follow(sequence)
  }

  public func follow(_ sequence: TokenSequence) {
    guard count < sequence.count else { return }
    let tokens = sequence.tokens(0..<sequence.count)
    for position in count..<sequence.count {
      for index in tables.indices { tables[index].add(endingAt: position, of: tokens) }
    }
    count = sequence.count
  }

  public func guess(_ sequence: TokenSequence) -> TokenID? {
    precondition(count == sequence.count, "the sequence was read")
    guard count > 0 else { return nil }
    for index in tables.indices {
      if let end = tables[index].lastEnd(before: count - 1) { return sequence[end + 1] }
    }
    return nil
  }

  public func forget(from newCount: Int) {
    while count > newCount {
      count -= 1
      for index in tables.indices { tables[index].remove(endingAt: count) }
    }
  }
}
