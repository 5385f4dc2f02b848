import TensorTypes
import TestSupport
import Testing

@testable import Decoding

/// The store's rules on a plain list, the least recently used phrase first.
private struct PhraseList {
  var capacity: Int
  var phraseLength: Int
  var entries: [(key: [TokenID], phrase: [TokenID])] = []

  mutating func insert(_ phrase: [TokenID], after key: [TokenID]) {
    let phrase = Array(phrase.prefix(phraseLength))
    let similar = entries.lastIndex { entry in
      entry.key == key && (entry.phrase.starts(with: phrase) || phrase.starts(with: entry.phrase))
    }
    if let similar {
      let old = entries.remove(at: similar)
      entries.append((key, old.phrase.count > phrase.count ? old.phrase : phrase))
      return
    }
    let sameKey = entries.indices.filter { entries[$0].key == key }
    if sameKey.count >= PhraseStore.widest {
      entries.remove(at: sameKey[0])
    } else if entries.count == capacity {
      entries.removeFirst()
    }
    entries.append((key, phrase))
  }

  mutating func longest(after key: [TokenID]) -> [TokenID]? {
    let candidates = entries.indices.filter { entries[$0].key == key }
    guard let longest = candidates.map({ entries[$0].phrase.count }).max() else { return nil }
    let best = candidates.last { entries[$0].phrase.count == longest }!
    let entry = entries.remove(at: best)
    entries.append(entry)
    return entry.phrase
  }
}

@Suite("Phrases that are remembered")
struct PhraseStoreTests {
  private func phrase(_ store: PhraseStore, _ reference: PhraseStore.Reference?) -> [TokenID]? {
    reference.map { reference in
      (0..<store.phraseLength).map_while { store.token($0, of: reference) }
    }
  }

  @Test(
    "the store does what a list does that is searched through",
    arguments: [1, 2, 5, 40], [1, 2])
  func bruteForce(capacity: Int, keyLength: Int) {
    for seed in 0..<8 {
      var random = SeededGenerator(seed: UInt64(seed))
      var store = PhraseStore(capacity: capacity, keyLength: keyLength, phraseLength: 3)
      var list = PhraseList(capacity: capacity, phraseLength: 3)
      var hitCount = 0
      func tokens(_ count: Int) -> [TokenID] { (0..<count).map { _ in .random(in: 0..<3, using: &random) } }
      for _ in 0..<400 {
        let key = tokens(keyLength)
        if Bool.random(using: &random) {
          // Phrases that begin with another one have no single place: of one key, all are equally long.
          let new = tokens(key[0] == 0 ? 2 : 4)
          new.withUnsafeBufferPointer { new in key.withUnsafeBufferPointer { store.insert(new, after: $0) } }
          list.insert(new, after: key)
        } else {
          let found = key.withUnsafeBufferPointer { store.longest(after: $0) }
          let expected = list.longest(after: key)
          #expect(phrase(store, found) == expected)
          if expected != nil { hitCount += 1 }
        }
        #expect(store.count == min(capacity, max(store.count, list.entries.count)))
      }
      #expect(hitCount > 10)
    }
  }

  @Test("a longer phrase takes the place of its beginning; a beginning changes nothing")
  func beginnings() {
    var store = PhraseStore(capacity: 4, keyLength: 1, phraseLength: 4)
    func insert(_ tokens: [TokenID]) {
      tokens.withUnsafeBufferPointer { tokens in
        [TokenID(9)].withUnsafeBufferPointer { store.insert(tokens, after: $0) }
      }
    }
    func longest() -> [TokenID]? {
      phrase(store, [TokenID(9)].withUnsafeBufferPointer { store.longest(after: $0) })
    }
    insert([1, 2])
    let reference = [TokenID(9)].withUnsafeBufferPointer { store.longest(after: $0) }
    insert([1, 2, 3, 4, 5])
    #expect(longest() == [1, 2, 3, 4] && store.count == 1)
    #expect(reference.flatMap { store.token(2, of: $0) } == 3)
    insert([1])
    insert([7])
    #expect(longest() == [1, 2, 3, 4] && store.count == 2)
    insert([])
    #expect(store.count == 2)
  }

  @Test("a phrase that is gone is read no further")
  func gone() {
    var store = PhraseStore(capacity: 1, keyLength: 1, phraseLength: 2)
    func insert(_ tokens: [TokenID], _ key: TokenID) {
      tokens.withUnsafeBufferPointer { tokens in
        [key].withUnsafeBufferPointer { store.insert(tokens, after: $0) }
      }
    }
    insert([1, 2], 5)
    let reference = [TokenID(5)].withUnsafeBufferPointer { store.longest(after: $0) }
    insert([3, 4], 6)
    #expect(reference.map { store.token(0, of: $0) } == .some(nil))
    #expect([TokenID(5)].withUnsafeBufferPointer { store.longest(after: $0) } == nil)
  }
}

extension Sequence {
  /// Results up to the first nil.
  fileprivate func map_while<Result>(_ body: (Element) -> Result?) -> [Result] {
    var results: [Result] = []
    for element in self {
      guard let result = body(element) else { break }
      results.append(result)
    }
    return results
  }
}
