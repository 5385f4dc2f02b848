import TensorTypes

/// The first place where two vocabularies differ.
public enum VocabularyDifference: Equatable, Sendable {
  /// Token `id` has two texts.
  case text(id: TokenID, String, String)
  /// Token `id` has two types.
  case type(id: TokenID, TokenType, TokenType)
  /// Equal up to the end of the shorter one.
  case count(Int, Int)
}

extension VocabularyDifference: CustomStringConvertible {
  public var description: String {
    switch self {
    case .text(let id, let one, let other): "token \(id) is \"\(one)\" in one and \"\(other)\" in the other"
    case .type(let id, let one, let other): "token \(id) is \(one) in one and \(other) in the other"
    case .count(let one, let other): "one has \(one) tokens, the other \(other)"
    }
  }
}

extension Vocabulary {
  /// Whether ids mean the same in both: a draft's tokens can be judged by a target.
  /// - Complexity: one comparison of memory.
  public func isCompatible(with other: Vocabulary) -> Bool {
    types == other.types && table.strings == other.table.strings
  }

  /// The first token that differs in text or type; `nil` if the two are compatible.
  public func firstDifference(from other: Vocabulary) -> VocabularyDifference? {
    if isCompatible(with: other) { return nil }
    for index in 0..<min(count, other.count) {
      let id = TokenID(index)
      if table.strings[index] != other.table.strings[index] {
        return .text(id: id, text(of: id), other.text(of: id))
      }
      if types[index] != other.types[index] { return .type(id: id, types[index], other.types[index]) }
    }
    return .count(count, other.count)
  }
}
