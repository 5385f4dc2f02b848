import TensorTypes

/// The tokens of a model: texts, types, scores and special roles. Immutable and valid once made.
public struct Vocabulary: Sendable {
  /// Texts as the file spells them (byte-level or with `▁`), by id and back.
  let table: ByteStringTable
  /// One type per token.
  public let types: [TokenType]
  /// One score per token (higher merges first), or empty where the tokenizer has none.
  public let scores: [Float]
  private let specialTokens: [SpecialToken: TokenID]
  private let endings: Set<TokenID>
  /// Whether `encode` puts `bos` in front when special tokens are added.
  public let addBOS: Bool
  /// Whether `encode` puts `eos` at the end when special tokens are added.
  public let addEOS: Bool
  /// Whether `encode` puts a space before text that starts a sequence or follows a special token.
  public let addSpacePrefix: Bool

  /// Number of tokens, at least 1.
  public var count: Int { types.count }

  public var bos: TokenID? { id(of: .beginningOfText) }
  public var eos: TokenID? { id(of: .endOfText) }
  public var eot: TokenID? { id(of: .endOfTurn) }
  public var unknown: TokenID? { id(of: .unknown) }
  public var padding: TokenID? { id(of: .padding) }

  public func id(of role: SpecialToken) -> TokenID? { specialTokens[role] }

  /// The token with exactly this text (compared by bytes); the first one where several have it.
  public func id(ofText text: String) -> TokenID? { table.find(text.utf8) }

  /// The text of a token as the file spells it.
  /// - Precondition: `0 <= token < count`.
  public func text(of token: TokenID) -> String {
    String(decoding: table.strings[Int(token)], as: UTF8.self)
  }

  /// Whether a generated text ends with this token (end of text, of a turn, of a message).
  public func isEndOfGeneration(_ token: TokenID) -> Bool { endings.contains(token) }

  /// Every token that ends a generated text.
  public var endOfGenerationTokens: Set<TokenID> { endings }

  func contains(_ token: TokenID) -> Bool { token >= 0 && Int(token) < count }

  /// Checks and indexes a vocabulary.
  /// - Parameters:
  ///   - file: Named in errors.
  ///   - tokens: Texts, by id.
  ///   - types: One per token; `nil` makes every token normal.
  ///   - scores: One per token, or empty.
  ///   - specialTokens: Ids as read; each must be less than `tokens.count`. Roles that are not named are looked for
  ///     by their known texts.
  public init(
    file: String, tokens: [String], types: [TokenType]? = nil, scores: [Float] = [],
    specialTokens: [SpecialToken: Int] = [:], addBOS: Bool = false, addEOS: Bool = false,
    addSpacePrefix: Bool = false
  ) throws(TokenizerError) {
    try Self.checkCounts(file: file, tokens: tokens.count, types: types?.count, scores: scores)
    var types = types ?? Array(repeating: .normal, count: tokens.count)
    table = Self.index(tokens, types: types)
    var roles = try Self.checkedRoles(specialTokens, tokenCount: tokens.count, file: file)
    let endings = Self.recogniseRoles(&roles, types: &types, table: table)
    self.types = types
    self.scores = scores
    self.specialTokens = roles
    self.endings = endings
    self.addBOS = addBOS && roles[.beginningOfText] != nil
    self.addEOS = addEOS && roles[.endOfText] != nil
    self.addSpacePrefix = addSpacePrefix
  }
}
