import Tokenization

/// A `tokenizer.json` that was made from a SentencePiece model: a list of merges stands where `tokenizer.model` has
/// scores.
///
/// Scores are made anew from the merges: what is merged first gets the highest. (llama.cpp's converter gives every
/// token the same score, with which texts are cut differently.)
struct SentencePieceJSON {
  private static let space = "\u{2581}"

  private let json: TokenizerJSON
  private var fields: JSONFields { json.fields }

  init(_ json: TokenizerJSON) { self.json = json }

  /// The tokens with types and scores.
  /// - Parameters:
  ///   - count: What `config.json` says; ids without a token become unused ones.
  ///   - notes: Gets a line if scores cannot say all that the merges say.
  func table(count: Int, notes: inout [String]) throws(ConversionError) -> TokenTable {
    let model = try fields.required("model", fields.fields("model"))
    let unknown = try model.string("unk_token")
    var table = try json.table(count: count)
    let pairs = try json.mergePairs()
    var ranks: [ExactString: Int] = [:]
    for pair in pairs where ranks[ExactString(pair.left + pair.right)] == nil {
      ranks[ExactString(pair.left + pair.right)] = ranks.count
    }
    for (id, text) in table.texts.enumerated() where table.types[id] == .normal {
      var type = TokenType.normal
      if ByteToken.value(of: text) != nil { type = .byte }
      if text == unknown { type = .unknown }
      // Single characters are never the result of a merge: their scores are not asked for.
      table.set(id, text, type, score: -Float(ranks[ExactString(text)] ?? ranks.count))
    }
    let strangers = Self.unmergedPairCount(table, pairs)
    if strangers > 0 {
      notes.append(
        "\(strangers) pairs that scores would merge are not among the merges of tokenizer.json: "
          + "some words may be cut in another way")
    }
    return table
  }

  /// SentencePiece makes pieces of 16 characters; longer ones than this are not looked at, for time's sake.
  private static let longestPieceBytes = 256

  /// How many ways there are to put a token together from two others that are not merges.
  private static func unmergedPairCount(
    _ table: TokenTable, _ pairs: [(left: String, right: String)]
  ) -> Int {
    let merges = Set(pairs.map { ExactString("\($0.left) \($0.right)") })
    let tokens = Set(zip(table.texts, table.types).lazy.filter { $1 == .normal }.map { ExactString($0.0) })
    var count = 0
    for token in tokens where token.text.utf8.count <= longestPieceBytes {
      let scalars = token.text.unicodeScalars
      for middle in scalars.indices.dropFirst() {
        let (left, right) = (String(scalars[..<middle]), String(scalars[middle...]))
        if tokens.contains(ExactString(left)), tokens.contains(ExactString(right)),
          !merges.contains(ExactString("\(left) \(right)"))
        {
          count += 1
        }
      }
    }
    return count
  }

  /// Whether a text gets a space put before it.
  /// - Throws: `unsupportedTokenizer` unless all that happens to text before the merges is that spaces become `▁`.
  func addsSpacePrefix() throws(ConversionError) -> Bool {
    var (adds, marks) = (false, false)
    for step in try normalizers() {
      switch try step.string("type") {
      case "Prepend" where try step.string("prepend") == Self.space: adds = true
      case "Replace" where try Self.marksSpaces(step): marks = true
      case let type: throw unsupported("a normalizer of type \(type ?? "none") that is not SentencePiece's")
      }
    }
    if let preTokenizer = try fields.fields("pre_tokenizer") {
      guard try preTokenizer.string("type") == "Metaspace", try preTokenizer.bool("split") == false,
        try preTokenizer.string("replacement") == Self.space
      else {
        let type = try preTokenizer.string("type") ?? "none"
        throw unsupported("a pre-tokenizer of type \(type) that is not SentencePiece's")
      }
      marks = true
      let isAdded = try preTokenizer.bool("add_prefix_space") ?? true
      adds = try preTokenizer.string("prepend_scheme").map { $0 != "never" } ?? isAdded
    }
    guard marks else {
      throw unsupported("byte_fallback without a step that turns spaces into \(Self.space)")
    }
    return adds
  }

  private func unsupported(_ what: String) -> ConversionError { fields.error(.unsupportedTokenizer(what)) }

  private static func marksSpaces(_ step: JSONFields) throws(ConversionError) -> Bool {
    let pattern = try step.fields("pattern")?.string("String")
    let content = try step.string("content")
    return pattern == " " && content == space
  }

  private func normalizers() throws(ConversionError) -> [JSONFields] {
    guard let normalizer = try fields.fields("normalizer") else { return [] }
    guard try normalizer.string("type") == "Sequence" else { return [normalizer] }
    return try normalizer.objects("normalizers")
  }
}
