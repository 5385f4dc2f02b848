import TensorTypes

/// A binary heap of tokens ordered by rank: higher score first, the lower token of equals first.
///
/// The storage is borrowed for the time of one selection.
struct RankHeap {
  /// Score of every token of the vocabulary; no NaN.
  let scores: UnsafePointer<Float>
  let storage: UnsafeMutablePointer<TokenID>
  private(set) var count = 0
  /// True if the root is the token of lowest rank.
  let isWorstFirst: Bool

  init(scores: UnsafePointer<Float>, storage: UnsafeMutablePointer<TokenID>, isWorstFirst: Bool) {
    self.scores = scores
    self.storage = storage
    self.isWorstFirst = isWorstFirst
  }

  var root: TokenID { storage[0] }

  /// Appends without ordering; `order()` must follow.
  mutating func appendUnordered(_ token: TokenID) {
    storage[count] = token
    count += 1
  }

  /// Restores the heap order of everything appended. O(`count`).
  mutating func order() {
    for index in stride(from: count / 2 - 1, through: 0, by: -1) { siftDown(index) }
  }

  /// Replaces the root. O(log `count`).
  mutating func replaceRoot(_ token: TokenID) {
    storage[0] = token
    siftDown(0)
  }

  /// Moves the root behind the heap, to index `count` of the storage after the call, and returns it.
  mutating func popRoot() -> TokenID {
    count -= 1
    let root = storage[0]
    storage[0] = storage[count]
    storage[count] = root
    siftDown(0)
    return root
  }

  private func precedes(_ a: TokenID, _ b: TokenID) -> Bool {
    let scoreA = scores[Int(a)]
    let scoreB = scores[Int(b)]
    let outranks = scoreA > scoreB || (scoreA == scoreB && a < b)
    return outranks != isWorstFirst
  }

  private func siftDown(_ start: Int) {
    var parent = start
    while true {
      var child = 2 * parent + 1
      guard child < count else { return }
      if child + 1 < count && precedes(storage[child + 1], storage[child]) { child += 1 }
      guard precedes(storage[child], storage[parent]) else { return }
      (storage[child], storage[parent]) = (storage[parent], storage[child])
      parent = child
    }
  }
}
