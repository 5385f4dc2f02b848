import GGUF

/// The tokenizer that a model file describes.
/// - Throws: `TokenizerError` naming the file, the key and the numbers.
public func loadTokenizer(from file: GGUFFile) throws(TokenizerError) -> any Tokenizer {
  try loadTokenizer(from: file.metadata)
}

/// The tokenizer that a model file's metadata describes.
public func loadTokenizer(from metadata: GGUFMetadata) throws(TokenizerError) -> any Tokenizer {
  let source = TokenizerSource(metadata)
  let model = try source.required(TokenizerKey.model, GGUFMetadata.string)
  switch model {
  case "llama": return try source.sentencePieceTokenizer()
  case "gpt2": return try source.bytePairTokenizer()
  default: throw .unknownModel(file: source.file, name: model, known: ["llama", "gpt2"])
  }
}

/// Reads the metadata of a tokenizer.
private struct TokenizerSource {
  let metadata: GGUFMetadata
  let file: String

  init(_ metadata: GGUFMetadata) {
    self.metadata = metadata
    file = metadata.path.string
  }

  typealias Reading<Value> = (GGUFMetadata) -> (String) throws(GGUFError) -> Value?

  func optional<Value>(_ key: String, _ read: Reading<Value>) throws(TokenizerError) -> Value? {
    do {
      return try read(metadata)(key)
    } catch {
      throw .metadata(error)
    }
  }

  func required<Value>(_ key: String, _ read: Reading<Value>) throws(TokenizerError) -> Value {
    guard let value = try optional(key, read) else { throw .missingKey(file: file, key: key) }
    return value
  }

  func sentencePieceTokenizer() throws(TokenizerError) -> SentencePieceTokenizer {
    let tokens = try required(TokenizerKey.tokens, GGUFMetadata.strings)
    let scores = try required(TokenizerKey.scores, GGUFMetadata.floats)
    guard scores.count == tokens.count else {
      throw .countMismatch(
        file: file, key: TokenizerKey.scores, count: scores.count, tokenCount: tokens.count)
    }
    var roles: [SpecialToken: Int] = [.unknown: 0, .beginningOfText: 1, .endOfText: 2]
    roles = roles.filter { $0.value < tokens.count }
    return SentencePieceTokenizer(
      try vocabulary(tokens, scores: scores, roles: roles, addsBOS: true, addsSpacePrefix: true))
  }

  func bytePairTokenizer() throws(TokenizerError) -> BytePairTokenizer {
    let name = try optional(TokenizerKey.preTokenizer, GGUFMetadata.string) ?? "default"
    guard let preTokenizer = PreTokenizer(named: name) else {
      throw .unknownPreTokenizer(file: file, name: name, known: PreTokenizer.knownNames)
    }
    let tokens = try required(TokenizerKey.tokens, GGUFMetadata.strings)
    let merges = try required(TokenizerKey.merges, GGUFMetadata.strings)
    let scores = try optional(TokenizerKey.scores, GGUFMetadata.floats) ?? []
    let vocabulary = try vocabulary(
      tokens, scores: scores, roles: [:], addsBOS: preTokenizer.addsBOS, addsSpacePrefix: false)
    return try BytePairTokenizer(vocabulary, merges: merges, preTokenizer: preTokenizer, file: file)
  }

  /// - Parameters:
  ///   - roles: What roles are where the file names none.
  ///   - addsBOS: What holds where the file does not say; so `addsSpacePrefix`.
  private func vocabulary(
    _ tokens: [String], scores: [Float], roles: [SpecialToken: Int], addsBOS: Bool, addsSpacePrefix: Bool
  ) throws(TokenizerError) -> Vocabulary {
    var roles = roles
    for role in SpecialToken.allCases {
      if let id = try optional(role.rawValue, GGUFMetadata.integer) { roles[role] = id }
    }
    return try Vocabulary(
      file: file, tokens: tokens, types: try types(), scores: scores, specialTokens: roles,
      addBOS: try flag(TokenizerKey.addBOS, needs: .beginningOfText, among: roles) ?? addsBOS,
      addEOS: try flag(TokenizerKey.addEOS, needs: .endOfText, among: roles) ?? false,
      addSpacePrefix: try optional(TokenizerKey.addSpacePrefix, GGUFMetadata.bool) ?? addsSpacePrefix)
  }

  /// Type 0 (undefined) is read as unused.
  private func types() throws(TokenizerError) -> [TokenType]? {
    let key = TokenizerKey.types
    guard let values = try optional(key, GGUFMetadata.integers) else { return nil }
    var types: [TokenType] = []
    types.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      guard let raw = UInt8(exactly: value), let type = raw == 0 ? .unused : TokenType(rawValue: raw) else {
        throw .unknownTokenType(file: file, key: key, index: index, value: value)
      }
      types.append(type)
    }
    return types
  }

  /// A flag that asks for a token needs to have it.
  private func flag(
    _ key: String, needs role: SpecialToken, among roles: [SpecialToken: Int]
  ) throws(TokenizerError) -> Bool? {
    let flag = try optional(key, GGUFMetadata.bool)
    if flag == true, roles[role] == nil { throw .missingKey(file: file, key: role.rawValue) }
    return flag
  }
}
