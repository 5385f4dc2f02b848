import Tokenization

/// The tokens of a vocabulary by id, with types and scores.
struct TokenTable {
  private(set) var texts: [String]
  private(set) var types: [TokenType]
  private(set) var scores: [Float]

  var count: Int { texts.count }

  /// `count` places that no token has yet.
  init(count: Int, score: Float) {
    texts = (0..<count).map { "[PAD\($0)]" }
    types = .init(repeating: .unused, count: count)
    scores = .init(repeating: score, count: count)
  }

  /// Puts a token in its place; returns false when the table is too small.
  @discardableResult
  mutating func set(_ id: Int, _ text: String, _ type: TokenType, score: Float = 0) -> Bool {
    guard texts.indices.contains(id) else { return false }
    (texts[id], types[id], scores[id]) = (text, type, score)
    return true
  }

  /// Puts a token in its place that was added to a finished vocabulary.
  @discardableResult
  mutating func add(_ token: AddedToken, score: Float) -> Bool {
    guard token.isControl else {
      // The runtime matches these against text in which spaces are spaces.
      return set(token.id, Self.withSpaces(token.text), .userDefined, score: score)
    }
    return set(token.id, token.text, .control, score: score)
  }

  private static func withSpaces(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(scalar == "\u{2581}" ? " " : scalar) }
    return String(result)
  }

  /// The first token with exactly this text.
  func id(of text: String) -> Int? { texts.firstIndex { ExactString($0) == ExactString(text) } }
}

/// A token that was added to a finished vocabulary.
struct AddedToken {
  let id: Int
  let text: String
  let isSpecial: Bool

  /// Whether it steers the model, by its flag or by its looks: some files forget the flag.
  var isControl: Bool {
    isSpecial || ["<pad>", "<mask>", "<2mass>", "[@BOS@]"].contains(text)
      || (text.hasPrefix("<|") && text.hasSuffix("|>")) || (text.hasPrefix("<｜") && text.hasSuffix("｜>"))
      || (text.hasPrefix("<unused") && text.hasSuffix(">"))
  }
}
