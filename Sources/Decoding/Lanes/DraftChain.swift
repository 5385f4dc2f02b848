/// The proposals that wait for the target, oldest first, with what their drafter knew about each.
///
/// A ring of fixed size: adding and removing allocates nothing.
public struct DraftChain: Sendable {
  private var ring: [DraftSignals]
  private var first = 0
  /// Number of proposals.
  public private(set) var count = 0

  init(capacity: Int) { ring = .init(repeating: DraftSignals(), count: max(1, capacity)) }

  /// What is known about proposal `index`, in `0..<count`; the newest is the last.
  public subscript(index: Int) -> DraftSignals {
    precondition(index >= 0 && index < count, "only proposals that exist")
    return ring[(first + index) % ring.count]
  }

  mutating func append(_ signals: DraftSignals) {
    precondition(count < ring.count, "the scheduler asked for no more")
    ring[(first + count) % ring.count] = signals
    count += 1
  }

  mutating func removeFirst(_ number: Int) {
    precondition(number >= 0 && number <= count, "only proposals that exist")
    first = (first + number) % ring.count
    count -= number
  }

  mutating func removeAll() { count = 0 }
}
