import HeapModule

/// Merges neighbouring symbols, the best pair first, until no pair is left: the loop that both tokenizers share.
struct SymbolMerger {
  struct Symbol {
    /// Where the symbol lies in the text, in the tokenizer's own unit.
    var range: Range<Int>
    /// The tokenizer's own id; -1 if the symbol has none.
    var id: Int32
    fileprivate var previous: Int
    fileprivate var next: Int
    fileprivate var isMerged = false
  }

  /// What a pair of neighbours makes, and when.
  struct Merge {
    /// Lower merges first; equal ones from left to right.
    let priority: UInt32
    /// The id of the merged symbol.
    let id: Int32
  }

  private struct Candidate: Comparable {
    let merge: Merge
    let left: Int
    let right: Int
    /// The end of the right symbol when the pair was found: another end now means that it has grown since.
    let end: Int

    static func < (one: Candidate, other: Candidate) -> Bool {
      (one.merge.priority, one.left) < (other.merge.priority, other.left)
    }

    static func == (one: Candidate, other: Candidate) -> Bool {
      (one.merge.priority, one.left) == (other.merge.priority, other.left)
    }
  }

  private var symbols: [Symbol] = []
  private var queue = Heap<Candidate>()

  mutating func removeAll() {
    symbols.removeAll(keepingCapacity: true)
  }

  mutating func append(_ range: Range<Int>, id: Int32) {
    let index = symbols.count
    if index > 0 { symbols[index - 1].next = index }
    symbols.append(Symbol(range: range, id: id, previous: index - 1, next: -1))
  }

  /// Merges until `merge` gives nothing for any pair of neighbours.
  /// - Complexity: O(n log n) calls and steps for n symbols.
  mutating func run(merge: (Symbol, Symbol) -> Merge?) {
    for index in symbols.indices.dropFirst() { offer(index - 1, index, merge) }
    while let best = queue.popMin() {
      let isStale =
        symbols[best.left].isMerged || symbols[best.right].isMerged
        || symbols[best.right].range.upperBound != best.end || symbols[best.left].next != best.right
      if isStale { continue }
      join(best)
      offer(symbols[best.left].previous, best.left, merge)
      offer(best.left, symbols[best.left].next, merge)
    }
  }

  private mutating func offer(_ left: Int, _ right: Int, _ merge: (Symbol, Symbol) -> Merge?) {
    guard left >= 0, right >= 0, let found = merge(symbols[left], symbols[right]) else { return }
    queue.insert(
      Candidate(merge: found, left: left, right: right, end: symbols[right].range.upperBound))
  }

  private mutating func join(_ pair: Candidate) {
    let right = symbols[pair.right]
    symbols[pair.left].range = symbols[pair.left].range.lowerBound..<right.range.upperBound
    symbols[pair.left].id = pair.merge.id
    symbols[pair.left].next = right.next
    symbols[pair.right].isMerged = true
    if right.next >= 0 { symbols[right.next].previous = pair.left }
  }

  /// The symbols that are left, in order.
  var remaining: some Sequence<Symbol> {
    symbols.lazy.filter { !$0.isMerged }
  }
}
