import TensorTypes

extension Vocabulary {
  /// Ids are 32-bit and non-negative.
  static let countLimit = Int(TokenID.max)

  static func checkCounts(
    file: String, tokens: Int, types: Int?, scores: [Float]
  ) throws(TokenizerError) {
    if tokens == 0 { throw .emptyVocabulary(file: file, key: TokenizerKey.tokens) }
    if tokens > countLimit {
      throw .tooManyEntries(file: file, key: TokenizerKey.tokens, count: tokens, limit: countLimit)
    }
    if let types, types != tokens {
      throw .countMismatch(file: file, key: TokenizerKey.types, count: types, tokenCount: tokens)
    }
    if !scores.isEmpty, scores.count != tokens {
      throw .countMismatch(file: file, key: TokenizerKey.scores, count: scores.count, tokenCount: tokens)
    }
    if let index = scores.firstIndex(where: \.isNaN) {
      throw .scoreNotANumber(file: file, key: TokenizerKey.scores, index: index)
    }
  }

  /// Where two tokens have one text, a token that merging may reach is found first, then the lower id.
  static func index(_ tokens: [String], types: [TokenType]) -> ByteStringTable {
    var table = ByteStringTable()
    table.reserve(count: tokens.count)
    for token in tokens { table.append(token.utf8) }
    for reachable in [true, false] {
      for index in tokens.indices where types[index].isReachableByMerging == reachable {
        table.makeFindable(index)
      }
    }
    return table
  }

  static func checkedRoles(
    _ roles: [SpecialToken: Int], tokenCount: Int, file: String
  ) throws(TokenizerError) -> [SpecialToken: TokenID] {
    var checked: [SpecialToken: TokenID] = [:]
    for role in SpecialToken.allCases {
      guard let id = roles[role] else { continue }
      guard (0..<tokenCount).contains(id) else {
        throw .specialTokenOutOfRange(file: file, key: role.rawValue, id: id, tokenCount: tokenCount)
      }
      checked[role] = TokenID(id)
    }
    return checked
  }

  /// Fills in roles that only a token's text tells, and returns the tokens that end a text.
  ///
  /// A token recognised by its text becomes a control token, whatever the file says: text from outside must not
  /// be able to spell it.
  static func recogniseRoles(
    _ roles: inout [SpecialToken: TokenID], types: inout [TokenType], table: ByteStringTable
  ) -> Set<TokenID> {
    for role in SpecialToken.allCases where roles[role] == nil {
      guard let token = role.knownTexts.lazy.compactMap({ table.find($0.utf8) }).first else { continue }
      roles[role] = token
      types[Int(token)] = .control
    }
    var endings = Set(SpecialToken.endingRoles.compactMap { roles[$0] })
    for token in SpecialToken.endingTexts.compactMap({ table.find($0.utf8) }) {
      endings.insert(token)
      types[Int(token)] = .control
    }
    return endings
  }
}
