import SystemPackage
import Tokenization

/// A `tokenizer.json` (Hugging Face tokenizers) with byte-level BPE.
struct TokenizerJSON {
  let fields: JSONFields
  let addedTokens: [AddedToken]

  init(_ fields: JSONFields) throws(ConversionError) {
    self.fields = fields
    addedTokens = try Self.addedTokens(fields)
  }

  private static func addedTokens(_ fields: JSONFields) throws(ConversionError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for (index, value) in (try fields.array("added_tokens") ?? []).enumerated() {
      guard case .object(let object) = value else {
        throw fields.error(
          .wrongFieldType("added_tokens[\(index)]", expected: "object", found: value.kind))
      }
      let entry = JSONFields(path: fields.path, object: object, prefix: "added_tokens[\(index)].")
      tokens.append(
        AddedToken(
          id: try entry.required("id", entry.integer("id", in: 0...1 << 24)),
          text: try entry.required("content", entry.string("content")),
          isSpecial: try entry.bool("special") ?? false))
    }
    return tokens
  }

  /// The tokens of a byte-level vocabulary.
  /// - Parameter count: What `config.json` says; ids without a token become unused ones.
  func table(count: Int) throws(ConversionError) -> TokenTable {
    let model = try fields.required("model", fields.fields("model"))
    let type = try model.string("type") ?? "BPE"
    guard type == "BPE" else { throw fields.error(.unsupportedTokenizer("a model of type \(type)")) }
    guard try model.bool("byte_fallback") != true else {
      throw fields.error(
        .unsupportedTokenizer(
          "SentencePiece's BPE in tokenizer.json; tokenizer.model is needed for its scores"))
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

  /// The merges, first one first, as pairs with a space between.
  func merges() throws(ConversionError) -> [String] {
    let model = try fields.required("model", fields.fields("model"))
    let values = try model.required("merges", model.array("merges"))
    var merges: [String] = []
    merges.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      switch value {
      case .string(let text): merges.append(text)
      case .array(let parts):
        guard parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1] else {
          throw fields.error(
            .wrongFieldType("model.merges[\(index)]", expected: "two strings", found: value.kind))
        }
        merges.append("\(Self.spelled(left)) \(Self.spelled(right))")
      default:
        throw fields.error(.wrongFieldType("model.merges[\(index)]", expected: "string", found: value.kind))
      }
    }
    return merges
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
