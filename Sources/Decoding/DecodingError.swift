import TensorTypes

/// What can be wrong with what a decoder is given.
public enum DecodingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The prompt does not fit the target's context.
  case promptTooLong(tokenCount: Int, contextLength: Int)
  /// A token of the prompt is not in the vocabulary.
  case tokenOutsideVocabulary(token: TokenID, position: Int, vocabularyCount: Int)
  /// Draft and target do not have the same number of tokens.
  case vocabularyMismatch(target: Int, draft: Int)
  /// The mode drafts, and there is no draft model.
  case draftModelMissing(DecodingMode)

  public var description: String {
    switch self {
    case .promptTooLong(let tokenCount, let contextLength):
      "the prompt has \(tokenCount) tokens, the context holds \(contextLength)"
    case .tokenOutsideVocabulary(let token, let position, let vocabularyCount):
      "token \(token) at position \(position) of the prompt is outside the vocabulary of \(vocabularyCount)"
    case .vocabularyMismatch(let target, let draft):
      "the target's vocabulary has \(target) tokens, the draft's \(draft); they must be the same"
    case .draftModelMissing(let mode):
      "mode \(mode) needs a draft model"
    }
  }
}
