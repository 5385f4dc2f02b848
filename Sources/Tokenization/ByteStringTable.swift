/// Byte strings by index, and the index by byte string: a hash table with open addressing.
///
/// Keys are bytes, not `String`s, because two tokens may be canonically equivalent and still be two tokens. Hashes
/// are seeded per process (`Hasher`), so that a file cannot be made to collide.
struct ByteStringTable: Sendable {
  private(set) var strings = ByteStrings()
  private var slots: [Int32] = Array(repeating: -1, count: 16)
  private var usedSlotCount = 0

  var count: Int { strings.count }

  mutating func reserve(count: Int) {
    strings.reserve(count: count)
    if slots.count < 2 * count { rebuild(minimumSlotCount: 2 * count) }
  }

  /// Appends a string under the next index without making it findable.
  mutating func append(_ string: some Sequence<UInt8>) {
    strings.append(string)
  }

  /// Makes string `index` findable, unless an equal string already is.
  mutating func makeFindable(_ index: Int) {
    if 2 * (usedSlotCount + 1) > slots.count { rebuild(minimumSlotCount: 4 * (usedSlotCount + 1)) }
    let slot = slot(of: strings.bytes, in: strings.range(of: index))
    guard slots[slot] < 0 else { return }
    slots[slot] = Int32(index)
    usedSlotCount += 1
  }

  /// The index of `buffer[range]`, appended first if it is not there yet.
  mutating func intern(_ buffer: [UInt8], in range: Range<Int>) -> Int32 {
    if let index = find(buffer, in: range) { return index }
    append(buffer[range])
    makeFindable(strings.count - 1)
    return Int32(strings.count - 1)
  }

  /// The index of `buffer[range]`.
  /// - Complexity: O(`range.count`) expected.
  func find(_ buffer: [UInt8], in range: Range<Int>) -> Int32? {
    let index = slots[slot(of: buffer, in: range)]
    return index < 0 ? nil : index
  }

  func find(_ string: some Sequence<UInt8>) -> Int32? {
    let buffer = Array(string)
    return find(buffer, in: 0..<buffer.count)
  }

  /// The slot that holds `buffer[range]`, or the free slot where it belongs.
  private func slot(of buffer: [UInt8], in range: Range<Int>) -> Int {
    precondition(range.upperBound <= buffer.count)
    return buffer.withUnsafeBytes { all in
      // In bounds: the precondition above; `strings.range(of:)` lies within `strings.bytes` by construction.
      let key = UnsafeRawBufferPointer(rebasing: all[range])
      return strings.bytes.withUnsafeBytes { stored in
        var hasher = Hasher()
        hasher.combine(bytes: key)
        let mask = slots.count - 1
        var slot = hasher.finalize() & mask
        while slots[slot] >= 0 {
          let candidate = UnsafeRawBufferPointer(rebasing: stored[strings.range(of: Int(slots[slot]))])
          if candidate.elementsEqual(key) { return slot }
          slot = (slot + 1) & mask
        }
        return slot
      }
    }
  }

  private mutating func rebuild(minimumSlotCount: Int) {
    var slotCount = 16
    while slotCount < minimumSlotCount { slotCount *= 2 }
    let indices = slots.filter { $0 >= 0 }
    slots = Array(repeating: -1, count: slotCount)
    for index in indices {
      slots[slot(of: strings.bytes, in: strings.range(of: Int(index)))] = index
    }
  }
}
