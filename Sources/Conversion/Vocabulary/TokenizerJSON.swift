import SystemPackage
import Tokenization

/// A `tokenizer.json` (Hugging Face tokenizers) with BPE.
struct TokenizerJSON {
  let fields: JSONFields
  let addedTokens: [AddedToken]

  init(_ fields: JSONFields) throws(ConversionError) {
    self.fields = fields
    addedTokens = try Self.addedTokens(fields)
  }

  private static func addedTokens(_ fields: JSONFields) throws(ConversionError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for entry in try fields.objects("added_tokens") {
      tokens.append(
        AddedToken(
          id: try entry.required("id", entry.integer("id", in: 0...1 << 24)),
          text: try entry.required("content", entry.string("content")),
          isSpecial: try entry.bool("special") ?? false))
    }
    return tokens
  }

  /// Whether characters that are no tokens become bytes, which is SentencePiece's way; else all tokens are made of
  /// bytes.
  var hasByteFallback: Bool {
    get throws(ConversionError) { try fields.fields("model")?.bool("byte_fallback") ?? false }
  }

  /// The tokens of the vocabulary and those that were added.
  /// - Parameter count: What `config.json` says; ids without a token become unused ones.
  func table(count: Int) throws(ConversionError) -> TokenTable {
    let model = try fields.required("model", fields.fields("model"))
    let type = try model.string("type") ?? "BPE"
    guard type == "BPE" else { throw fields.error(.unsupportedTokenizer("a model of type \(type)")) }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      guard let mark = try model.string(key), !mark.isEmpty else { continue }
      throw fields.error(.unsupportedTokenizer("\(key) \(mark.debugDescription)"))
    }
    let vocabulary = try model.required("vocab", model.fields("vocab"))
    var table = TokenTable(count: count, score: 0)
    var taken = [Bool](repeating: false, count: count)
    for (text, value) in zip(vocabulary.object.keys, vocabulary.object.values) {
      guard case .number(let number) = value, let id = number.integer, (0..<count).contains(id) else {
        let found = if case .number(let number) = value { number.text } else { value.kind }
        let expected = "an id in 0..<\(count)"
        throw fields.error(
          .invalidField("model.vocab.\(String(text.prefix(40)))", value: found, expected: expected))
      }
      guard !taken[id] else { throw fields.error(.duplicateToken(id: id, table.texts[id], text)) }
      taken[id] = true
      table.set(id, text, .normal)
    }
    for token in addedTokens where !table.add(token, score: 0) {
      throw fields.error(.tooManyTokens(count: token.id + 1, vocabularySize: count))
    }
    return table
  }

  /// The merges of a byte-level vocabulary, first one first, as pairs with a space between.
  func merges() throws(ConversionError) -> [String] {
    try mergePairs().map { "\(Self.spelled($0.left)) \(Self.spelled($0.right))" }
  }

  /// The merges, first one first.
  func mergePairs() throws(ConversionError) -> [(left: String, right: String)] {
    let model = try fields.required("model", fields.fields("model"))
    let values = try model.required("merges", model.array("merges"))
    var pairs: [(left: String, right: String)] = []
    pairs.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      guard let pair = Self.pair(value) else {
        throw fields.error(
          .wrongFieldType("model.merges[\(index)]", expected: "two strings", found: value.kind))
      }
      pairs.append(pair)
    }
    return pairs
  }

  /// Two strings, or one with a space between the parts.
  private static func pair(_ value: JSONValue) -> (left: String, right: String)? {
    switch value {
    case .array(let parts):
      guard parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1] else {
        return nil
      }
      return (left, right)
    case .string(let text):
      guard let space = text.utf8.firstIndex(of: 0x20), space > text.startIndex else { return nil }
      let right = text[text.utf8.index(after: space)...]
      return right.isEmpty ? nil : (String(text[..<space]), String(right))
    default: return nil
    }
  }

  /// A space inside a part as the byte-level alphabet spells it, so that the pair can still be taken apart.
  private static func spelled(_ part: String) -> String {
    guard part.utf8.contains(0x20) else { return part }
    var result = String.UnicodeScalarView()
    for scalar in part.unicodeScalars { result.append(scalar == " " ? "\u{120}" : scalar) }
    return String(result)
  }

  /// Whether the template that wraps a text begins and ends with these tokens; nil where there is none.
  func templateTokens() throws(ConversionError) -> (first: String?, last: String?)? {
    guard let processor = try fields.fields("post_processor") else { return nil }
    var processors = [processor]
    if let sequence = try processor.array("processors") {
      processors = sequence.compactMap {
        guard case .object(let object) = $0 else { return nil }
        return JSONFields(path: fields.path, object: object, prefix: "post_processor.")
      }
    }
    for processor in processors where try processor.string("type") == "TemplateProcessing" {
      let single = try processor.array("single") ?? []
      guard single.count > 1 else { continue }
      return (Self.specialToken(single[0]), Self.specialToken(single[single.count - 1]))
    }
    return nil
  }

  private static func specialToken(_ value: JSONValue) -> String? {
    guard case .object(let object) = value, case .object(let token)? = object["SpecialToken"],
      case .string(let text)? = token["id"]
    else { return nil }
    return text
  }
}
