import TensorTypes

/// The tokenizer `gpt2`: byte-level BPE, which cuts the text into words and joins pairs of bytes by rank.
public struct BytePairTokenizer: Tokenizer {
  public let vocabulary: Vocabulary
  private let preTokenizer: PreTokenizer
  private let merges: MergeTable
  private let matcher: SpecialTokenMatcher

  /// - Parameters:
  ///   - merges: Two texts with a space between them, in order of rank.
  ///   - file: Named in errors.
  public init(
    _ vocabulary: Vocabulary, merges: [String], preTokenizer: PreTokenizer, file: String
  ) throws(TokenizerError) {
    self.vocabulary = vocabulary
    self.preTokenizer = preTokenizer
    self.merges = try MergeTable(merges, vocabulary: vocabulary, file: file)
    matcher = SpecialTokenMatcher(vocabulary)
  }

  public func encode(_ text: String, addSpecial: Bool, parseSpecial: Bool) -> [TokenID] {
    let bytes = Array(text.utf8)
    var tokens: [TokenID] = []
    var merger = SymbolMerger()
    if addSpecial, vocabulary.addBOS, let bos = vocabulary.bos { tokens.append(bos) }
    for fragment in matcher.fragments(of: bytes, parseSpecial: parseSpecial) {
      switch fragment {
      case .token(let token):
        tokens.append(token)
      case .text(let range):
        for word in preTokenizer.words(of: bytes, in: range) {
          appendTokens(of: bytes[word], with: &merger, to: &tokens)
        }
      }
    }
    if addSpecial, vocabulary.addEOS, let eos = vocabulary.eos { tokens.append(eos) }
    return tokens
  }

  public func bytes(of token: TokenID, isFirst: Bool, showSpecial: Bool) -> [UInt8] {
    guard vocabulary.contains(token) else { return [] }
    let text = vocabulary.table.strings[Int(token)]
    switch vocabulary.types[Int(token)] {
    case .control, .unknown:
      return showSpecial ? Array(text) : []
    case .userDefined:
      return Array(text)
    case .normal, .unused:
      return ByteLevelAlphabet.bytes(spelledBy: text)
    case .byte:
      if let byte = ByteToken.value(of: text) { return [byte] }
      return ByteLevelAlphabet.bytes(spelledBy: text)
    }
  }

  private func appendTokens(
    of word: ArraySlice<UInt8>, with merger: inout SymbolMerger, to tokens: inout [TokenID]
  ) {
    if preTokenizer.ignoresMerges, let token = wholeToken(word) {
      tokens.append(token)
      return
    }
    merger.removeAll()
    for index in word.indices {
      merger.append(index..<index + 1, id: merges.byteSymbols[Int(word[index])])
    }
    merger.run { left, right in merges.merge(left.id, right.id) }
    for symbol in merger.remaining {
      if symbol.id >= 0, Int(symbol.id) < vocabulary.count {
        tokens.append(symbol.id)
      } else {
        appendBytes(word[symbol.range], to: &tokens)
      }
    }
  }

  private func wholeToken(_ word: ArraySlice<UInt8>) -> TokenID? {
    let text = word.flatMap { ByteLevelAlphabet.characters[Int($0)] }
    guard let token = vocabulary.table.find(text, in: 0..<text.count),
      vocabulary.types[Int(token)].isReachableByMerging
    else { return nil }
    return token
  }

  /// The bytes of a symbol that is not a token; those that are no tokens either become the unknown token.
  private func appendBytes(_ bytes: ArraySlice<UInt8>, to tokens: inout [TokenID]) {
    for byte in bytes {
      let symbol = merges.byteSymbols[Int(byte)]
      if symbol >= 0, Int(symbol) < vocabulary.count {
        tokens.append(symbol)
      } else if let unknown = vocabulary.unknown {
        tokens.append(unknown)
      }
    }
  }
}
