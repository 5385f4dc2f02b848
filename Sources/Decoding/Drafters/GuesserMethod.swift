/// The guessers to choose from.
public enum GuesserMethod: String, CaseIterable, Codable, Sendable {
  /// `NGramLookup`.
  case ngram
  /// `PhrasePool`.
  case phrases

  /// A guesser that has read nothing yet.
  public var guesser: any TokenGuesser {
    switch self {
    case .ngram: NGramLookup()
    case .phrases: PhrasePool()
    }
  }
}
