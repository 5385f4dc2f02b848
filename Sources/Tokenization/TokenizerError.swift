import GGUF

/// Why a file's tokenizer cannot be used; every case names the file, and the key where there is one.
public enum TokenizerError: Error, Equatable, Sendable {
  /// The metadata could not be read as the type that the key must have.
  case metadata(GGUFError)
  case missingKey(file: String, key: String)
  case unknownModel(file: String, name: String, known: [String])
  case unknownPreTokenizer(file: String, name: String, known: [String])
  case emptyVocabulary(file: String, key: String)
  /// More entries than ids can number.
  case tooManyEntries(file: String, key: String, count: Int, limit: Int)
  /// An array that must have one entry per token has another number of entries.
  case countMismatch(file: String, key: String, count: Int, tokenCount: Int)
  case specialTokenOutOfRange(file: String, key: String, id: Int, tokenCount: Int)
  case unknownTokenType(file: String, key: String, index: Int, value: Int)
  case scoreNotANumber(file: String, key: String, index: Int)
  /// A merge must be two non-empty texts with a space between them.
  case malformedMerge(file: String, key: String, index: Int, text: String)
}

extension TokenizerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .metadata(let error):
      "\(error)"
    case .missingKey(let file, let key):
      "\(file): metadata key \(key) is missing"
    case .unknownModel(let file, let name, let known):
      "\(file): tokenizer.ggml.model is \"\(name)\"; known: \(known.joined(separator: ", "))"
    case .unknownPreTokenizer(let file, let name, let known):
      "\(file): tokenizer.ggml.pre is \"\(name)\"; known: \(known.joined(separator: ", "))"
    case .emptyVocabulary(let file, let key):
      "\(file): \(key) has no entries"
    case .tooManyEntries(let file, let key, let count, let limit):
      "\(file): \(key) has \(count) entries; at most \(limit) can be numbered"
    case .countMismatch(let file, let key, let count, let tokenCount):
      "\(file): \(key) has \(count) entries for \(tokenCount) tokens"
    case .specialTokenOutOfRange(let file, let key, let id, let tokenCount):
      "\(file): \(key) is \(id), but the vocabulary has \(tokenCount) tokens"
    case .unknownTokenType(let file, let key, let index, let value):
      "\(file): \(key)[\(index)] is \(value); types are 0 to 6"
    case .scoreNotANumber(let file, let key, let index):
      "\(file): \(key)[\(index)] is not a number"
    case .malformedMerge(let file, let key, let index, let text):
      "\(file): \(key)[\(index)] is \"\(text)\", not two texts with a space between them"
    }
  }
}
