import GGUF
import SystemPackage
import Tokenization

/// The tokenizer of a checkpoint as keys of GGUF: `tokenizer.model` where there is one, else `tokenizer.json`.
struct CheckpointVocabulary {
  private let config: CheckpointConfig
  private let folder: FilePath
  private let tokenizerConfig: JSONFields?
  private let tokenizerJSON: TokenizerJSON?

  init(folder: FilePath, config: CheckpointConfig) throws(ConversionError) {
    self.folder = folder
    self.config = config
    tokenizerConfig = try JSONFields.readIfPresent(folder.appending("tokenizer_config.json"))
    let fields = try JSONFields.readIfPresent(folder.appending("tokenizer.json"))
    tokenizerJSON = if let fields { try TokenizerJSON(fields) } else { nil }
  }

  /// - Parameters:
  ///   - metadata: Gets the keys.
  ///   - notes: Gets a line for each thing that the keys cannot say.
  func write(to metadata: inout GGUFMetadata, notes: inout [String]) throws(ConversionError) {
    let table: TokenTable
    var addsSpacePrefix: Bool?
    if FolderCheck.exists(folder.appending("tokenizer.model")) {
      table = try sentencePieceTable()
      setScored(table, &metadata)
    } else if let tokenizerJSON, try tokenizerJSON.hasByteFallback {
      let sentencePiece = SentencePieceJSON(tokenizerJSON)
      table = try sentencePiece.table(count: config.vocabularyCount, notes: &notes)
      // Without the key the answer is yes.
      if try !sentencePiece.addsSpacePrefix() { addsSpacePrefix = false }
      setScored(table, &metadata)
    } else if let tokenizerJSON {
      table = try tokenizerJSON.table(count: config.vocabularyCount)
      metadata.set("tokenizer.ggml.model", .string("gpt2"))
      metadata.set("tokenizer.ggml.pre", .string(try PreTokenizerName(tokenizerJSON.fields).name()))
      metadata.set("tokenizer.ggml.tokens", .array(.strings(table.texts)))
      setTypes(table, &metadata)
      metadata.set("tokenizer.ggml.merges", .array(.strings(try tokenizerJSON.merges())))
    } else {
      throw ConversionError(folder, .missingFile(lookedFor: ["tokenizer.model", "tokenizer.json"]))
    }
    let specials = SpecialTokens(
      folder: folder, config: config, tokenizerConfig: tokenizerConfig, tokenizerJSON: tokenizerJSON,
      table: table)
    try specials.write(to: &metadata)
    try ChatTemplate(folder: folder, tokenizerConfig: tokenizerConfig).write(to: &metadata)
    if config.architecture == .llama, let stated = try tokenizerConfig?.bool("add_prefix_space") {
      addsSpacePrefix = stated
    }
    if let addsSpacePrefix { metadata.set("tokenizer.ggml.add_space_prefix", .bool(addsSpacePrefix)) }
  }

  /// The keys of a SentencePiece vocabulary.
  private func setScored(_ table: TokenTable, _ metadata: inout GGUFMetadata) {
    metadata.set("tokenizer.ggml.model", .string("llama"))
    metadata.set("tokenizer.ggml.pre", .string("default"))
    metadata.set("tokenizer.ggml.tokens", .array(.strings(table.texts)))
    metadata.set("tokenizer.ggml.scores", .array(.float32(table.scores)))
    setTypes(table, &metadata)
  }

  private func setTypes(_ table: TokenTable, _ metadata: inout GGUFMetadata) {
    metadata.set("tokenizer.ggml.token_type", .array(.int32(table.types.map { Int32($0.rawValue) })))
  }

  /// Pieces beyond `vocab_size` have no embedding and are left out; places without a piece become unused tokens.
  private func sentencePieceTable() throws(ConversionError) -> TokenTable {
    let model = try SentencePieceModel(path: folder.appending("tokenizer.model"))
    var table = TokenTable(count: config.vocabularyCount, score: -10000)
    for (id, piece) in model.pieces.enumerated() {
      table.set(id, piece.text, piece.tokenType, score: piece.score)
    }
    if let added = try JSONFields.readIfPresent(folder.appending("added_tokens.json")) {
      for text in added.object.keys {
        let id = try added.required(text, added.integer(text, in: 0...1 << 24))
        table.set(id, text, .userDefined, score: -1000)
      }
    }
    for token in try addedTokensDecoder() { table.add(token, score: -1000) }
    return table
  }

  /// The added tokens that `tokenizer_config.json` lists by id.
  private func addedTokensDecoder() throws(ConversionError) -> [AddedToken] {
    guard let decoder = try tokenizerConfig?.fields("added_tokens_decoder") else { return [] }
    var tokens: [AddedToken] = []
    for key in decoder.object.keys {
      guard let id = Int(key), id >= 0 else {
        throw decoder.error(
          .invalidField("added_tokens_decoder", value: key.debugDescription, expected: "an id"))
      }
      let entry = try decoder.required(key, decoder.fields(key))
      tokens.append(
        AddedToken(
          id: id, text: try entry.required("content", entry.string("content")),
          isSpecial: try entry.bool("special") ?? false))
    }
    return tokens
  }
}
