import TensorTypes

/// Turns text into tokens and back.
public protocol Tokenizer: Sendable {
  var vocabulary: Vocabulary { get }

  /// The tokens of `text`. Defined for every string.
  /// - Parameters:
  ///   - addSpecial: Adds `bos` and `eos` where the vocabulary asks for them.
  ///   - parseSpecial: Reads the texts of control tokens as these tokens; never do so with text from outside.
  ///     User-defined tokens are read in either case. Where special tokens overlap, the leftmost wins, then the
  ///     longest.
  /// - Complexity: O(n log n) in the length of `text`.
  func encode(_ text: String, addSpecial: Bool, parseSpecial: Bool) -> [TokenID]

  /// The bytes that `token` stands for: not always whole characters.
  /// - Parameters:
  ///   - isFirst: Whether the token is the first of a text; the space that `encode` put there is left out.
  ///   - showSpecial: Whether control tokens and the unknown token have their text or nothing.
  /// - Returns: Nothing for an id outside the vocabulary.
  func bytes(of token: TokenID, isFirst: Bool, showSpecial: Bool) -> [UInt8]
}

extension Tokenizer {
  /// The text of a sequence of tokens; bytes that are not UTF-8 become U+FFFD.
  /// - Parameters:
  ///   - showSpecial: Whether control tokens are written out.
  ///   - isContinuation: Whether other text stands before; if not, the space that `encode` put in front of the
  ///     first token of text is left out.
  public func decode(
    _ tokens: some Sequence<TokenID>, showSpecial: Bool = false, isContinuation: Bool = false
  ) -> String {
    var bytes: [UInt8] = []
    var isFirst = !isContinuation
    for token in tokens {
      bytes += self.bytes(of: token, isFirst: isFirst, showSpecial: showSpecial)
      if vocabulary.isText(token) { isFirst = false }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Vocabulary {
  /// Whether a token is part of the text, not a mark between texts.
  func isText(_ token: TokenID) -> Bool {
    contains(token) && !types[Int(token)].isHidden
  }
}
