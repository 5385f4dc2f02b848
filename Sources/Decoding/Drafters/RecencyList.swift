/// Slots in the order of their last use: a doubly linked list in two arrays.
struct RecencyList {
  // By slot, in a ring; the element behind the slots stands before the oldest and after the newest.
  private var newer: [Int32]
  private var older: [Int32]
  private let end: Int

  /// - Parameter slotCount: Slots `0..<slotCount`, none of which is in the list.
  init(slotCount: Int) {
    end = slotCount
    newer = (0...slotCount).map { Int32($0) }
    older = newer
  }

  /// The slot that was not used for the longest time; nil: the list is empty.
  var oldest: Int? { Int(newer[end]) == end ? nil : Int(newer[end]) }

  /// Makes a slot the newest one; it may be in the list or not.
  mutating func use(_ slot: Int) {
    remove(slot)
    let newest = Int(older[end])
    (older[slot], newer[slot]) = (Int32(newest), Int32(end))
    newer[newest] = Int32(slot)
    older[end] = Int32(slot)
  }

  /// Takes a slot out; it may be in the list or not.
  mutating func remove(_ slot: Int) {
    let (after, before) = (newer[slot], older[slot])
    newer[Int(before)] = after
    older[Int(after)] = before
    (newer[slot], older[slot]) = (Int32(slot), Int32(slot))
  }
}
