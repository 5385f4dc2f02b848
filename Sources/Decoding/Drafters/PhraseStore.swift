import TensorTypes

/// Phrases by the tokens before them: a fixed number of them, the one that was not used for the longest time makes room
/// for a new one.
struct PhraseStore {
  /// Number of tokens of a key.
  let keyLength: Int
  /// Most tokens of a phrase, the key not counted.
  let phraseLength: Int
  /// Most phrases of one key.
  static let widest = 4

  // By slot.
  private var keys: [TokenID]
  private var phrases: [TokenID]
  private var lengths: [Int32]
  /// Raised whenever a slot gets another phrase.
  private var versions: [UInt32]
  private var lastUses: [UInt64]
  private var nextInBucket: [Int32]
  /// By hash: a slot, or −1. Their number is a power of two.
  private var buckets: [Int32]
  private var recency: RecencyList
  private var useCount: UInt64 = 0
  private(set) var count = 0

  /// A phrase that is being read; void when its slot gets another one.
  struct Reference: Equatable {
    fileprivate var slot: Int
    fileprivate var version: UInt32
  }

  /// - Parameter capacity: Most phrases, `1..<2^24`.
  init(capacity: Int, keyLength: Int, phraseLength: Int) {
    precondition((1..<1 << 24).contains(capacity), "the number of phrases is limited")
    precondition((1...16).contains(keyLength) && (1...64).contains(phraseLength), "phrases are short")
    (self.keyLength, self.phraseLength) = (keyLength, phraseLength)
    keys = .init(repeating: 0, count: capacity * keyLength)
    phrases = .init(repeating: 0, count: capacity * phraseLength)
    lengths = .init(repeating: 0, count: capacity)
    versions = .init(repeating: 0, count: capacity)
    lastUses = .init(repeating: 0, count: capacity)
    nextInBucket = .init(repeating: -1, count: capacity)
    buckets = .init(repeating: -1, count: 1 << (Int.bitWidth - (2 * capacity - 1).leadingZeroBitCount))
    recency = RecencyList(slotCount: capacity)
  }

  /// Remembers that `phrase` may follow `key`. If one that is kept begins with the other, the longer one is kept.
  /// - Parameters:
  ///   - key: `keyLength` tokens.
  ///   - phrase: Only its first `phraseLength` tokens count; at least one.
  mutating func insert(_ phrase: UnsafeBufferPointer<TokenID>, after key: UnsafeBufferPointer<TokenID>) {
    let length = min(phrase.count, phraseLength)
    guard length > 0 else { return }
    let bucket = self.bucket(of: key)
    var (sameKeyCount, leastUsed) = (0, -1)
    var slot = Int(buckets[bucket])
    while slot >= 0 {
      if hasKey(slot, key) {
        let common = min(length, Int(lengths[slot]))
        if (0..<common).allSatisfy({ phrases[slot * phraseLength + $0] == phrase[$0] }) {
          if length > common { write(phrase, length: length, to: slot) }
          return use(slot)
        }
        sameKeyCount += 1
        if leastUsed < 0 || lastUses[slot] < lastUses[leastUsed] { leastUsed = slot }
      }
      slot = Int(nextInBucket[slot])
    }
    let place = sameKeyCount >= Self.widest ? leastUsed : freeSlot(for: bucket, key)
    write(phrase, length: length, to: place)
    versions[place] &+= 1
    use(place)
  }

  /// The longest phrase after `key`, of equals the one used last; counts as its use.
  mutating func longest(after key: UnsafeBufferPointer<TokenID>) -> Reference? {
    var best = -1
    var slot = Int(buckets[bucket(of: key)])
    while slot >= 0 {
      if hasKey(slot, key), best < 0 || (lengths[slot], lastUses[slot]) > (lengths[best], lastUses[best]) {
        best = slot
      }
      slot = Int(nextInBucket[slot])
    }
    guard best >= 0 else { return nil }
    use(best)
    return Reference(slot: best, version: versions[best])
  }

  /// Token `index` of a phrase; nil after its end, and where the phrase is gone.
  func token(_ index: Int, of phrase: Reference) -> TokenID? {
    guard versions[phrase.slot] == phrase.version, index < lengths[phrase.slot] else { return nil }
    return phrases[phrase.slot * phraseLength + index]
  }

  private mutating func write(_ phrase: UnsafeBufferPointer<TokenID>, length: Int, to slot: Int) {
    for index in 0..<length { phrases[slot * phraseLength + index] = phrase[index] }
    lengths[slot] = Int32(length)
  }

  private mutating func use(_ slot: Int) {
    useCount += 1
    lastUses[slot] = useCount
    recency.use(slot)
  }

  /// A slot of the bucket with the key: an unused one, or the one whose phrase was not used for the longest time.
  private mutating func freeSlot(for bucket: Int, _ key: UnsafeBufferPointer<TokenID>) -> Int {
    var slot = count
    if count < lengths.count {
      count += 1
    } else {
      slot = recency.oldest ?? 0
      unlink(slot)
    }
    for index in 0..<keyLength { keys[slot * keyLength + index] = key[index] }
    nextInBucket[slot] = buckets[bucket]
    buckets[bucket] = Int32(slot)
    return slot
  }

  private mutating func unlink(_ slot: Int) {
    let bucket = keys.withUnsafeBufferPointer {
      self.bucket(of: UnsafeBufferPointer(rebasing: $0[slot * keyLength..<(slot + 1) * keyLength]))
    }
    guard Int(buckets[bucket]) != slot else { return buckets[bucket] = nextInBucket[slot] }
    var before = Int(buckets[bucket])
    while Int(nextInBucket[before]) != slot { before = Int(nextInBucket[before]) }
    nextInBucket[before] = nextInBucket[slot]
  }

  private func hasKey(_ slot: Int, _ key: UnsafeBufferPointer<TokenID>) -> Bool {
    for index in 0..<keyLength where keys[slot * keyLength + index] != key[index] { return false }
    return true
  }

  private func bucket(of key: UnsafeBufferPointer<TokenID>) -> Int {
    precondition(key.count == keyLength, "keys have one length")
    var hash: UInt64 = 0
    for token in key {
      hash = (hash ^ UInt64(UInt32(bitPattern: token))) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 29
    }
    return Int(hash >> 7) & (buckets.count - 1)
  }
}
