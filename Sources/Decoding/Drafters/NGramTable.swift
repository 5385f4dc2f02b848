import TensorTypes

/// Where each n-gram of a sequence ended last, for one n.
///
/// A hash table with open addressing. N-grams are added at the end of the sequence and taken back from there: a slot that
/// is emptied again was the last to be filled, so that no search ever has to go past it.
struct NGramTable {
  /// n.
  let length: Int
  /// End of the n-gram's last occurrence + 1; 0: empty. The number of slots is a power of two.
  private var slots: [Int32]
  /// By position: the slot of the n-gram that ends there.
  private var slotOfEnd: [Int32]
  /// By position: where the n-gram that ends there ended before; −1: nowhere.
  private var previousEnd: [Int32]
  private let shift: Int

  /// - Parameter capacity: Largest number of tokens, below 2^30.
  init(length: Int, capacity: Int) {
    precondition(length >= 1 && capacity >= 0 && capacity < 1 << 30, "positions fit")
    self.length = length
    let bits = max(1, Int.bitWidth - (2 * max(1, capacity) - 1).leadingZeroBitCount)
    slots = .init(repeating: 0, count: 1 << bits)
    slotOfEnd = .init(repeating: -1, count: capacity)
    previousEnd = .init(repeating: -1, count: capacity)
    shift = UInt64.bitWidth - bits
  }

  /// Adds the n-gram that ends at position `end`, the one after that of the last call.
  /// - Parameter tokens: The sequence, up to `end` at least.
  /// - Complexity: O(n), expected.
  mutating func add(endingAt end: Int, of tokens: UnsafeBufferPointer<TokenID>) {
    previousEnd[end] = -1
    slotOfEnd[end] = -1
    guard end + 1 >= length else { return }
    let mask = slots.count - 1
    var slot = Int(hash(endingAt: end, of: tokens) >> UInt64(shift))
    while slots[slot] != 0, !isSame(Int(slots[slot]) - 1, end, tokens) { slot = (slot + 1) & mask }
    previousEnd[end] = slots[slot] - 1
    slotOfEnd[end] = Int32(slot)
    slots[slot] = Int32(end) + 1
  }

  /// Takes back what the last `add` that is still there did.
  mutating func remove(endingAt end: Int) {
    guard slotOfEnd[end] >= 0 else { return }
    slots[Int(slotOfEnd[end])] = previousEnd[end] + 1
  }

  /// Where the n-gram that ends at `end`, which was added, ended last before that; nil: nowhere.
  func lastEnd(before end: Int) -> Int? { previousEnd[end] >= 0 ? Int(previousEnd[end]) : nil }

  private func hash(endingAt end: Int, of tokens: UnsafeBufferPointer<TokenID>) -> UInt64 {
    var hash: UInt64 = 0
    for position in end + 1 - length...end {
      hash = (hash ^ UInt64(UInt32(bitPattern: tokens[position]))) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 29
    }
    return hash &* 0xbf58_476d_1ce4_e5b9
  }

  private func isSame(_ one: Int, _ other: Int, _ tokens: UnsafeBufferPointer<TokenID>) -> Bool {
    for offset in 0..<length where tokens[one - offset] != tokens[other - offset] { return false }
    return true
  }
}
