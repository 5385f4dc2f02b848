/// The merges of byte-level BPE: which two symbols make which third, and in what order.
///
/// Symbols below the vocabulary's count are its tokens; texts that only merges know follow.
struct MergeTable: Sendable {
  private var merges: [UInt64: SymbolMerger.Merge] = [:]
  /// The symbol of each byte's character; -1 where neither tokens nor merges know it.
  let byteSymbols: [Int32]

  /// - Parameters:
  ///   - merges: Two texts with a space between them, in order of rank.
  ///   - file: Named in errors.
  init(_ merges: [String], vocabulary: Vocabulary, file: String) throws(TokenizerError) {
    let limit = (Vocabulary.countLimit - vocabulary.count) / 3
    guard merges.count <= limit else {
      throw .tooManyEntries(file: file, key: TokenizerKey.merges, count: merges.count, limit: limit)
    }
    var table = vocabulary.table
    self.merges.reserveCapacity(merges.count)
    for (rank, merge) in merges.enumerated() {
      var text = Array(merge.utf8)
      guard let separator = text.dropFirst().firstIndex(of: 0x20), separator + 1 < text.count else {
        throw .malformedMerge(file: file, key: TokenizerKey.merges, index: rank, text: merge)
      }
      text.remove(at: separator)
      let left = table.intern(text, in: 0..<separator)
      let right = table.intern(text, in: separator..<text.count)
      let result = table.intern(text, in: 0..<text.count)
      let key = Self.key(left, right)
      if self.merges[key] == nil { self.merges[key] = .init(priority: UInt32(rank), id: result) }
    }
    byteSymbols = ByteLevelAlphabet.characters.map { table.find($0) ?? -1 }
  }

  /// What two neighbouring symbols make.
  func merge(_ left: Int32, _ right: Int32) -> SymbolMerger.Merge? {
    left < 0 || right < 0 ? nil : merges[Self.key(left, right)]
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}
