import GGUF
import SystemPackage

/// Which tokens begin, end and pad a text. Sources in order: `tokenizer_config.json` through the added tokens of
/// `tokenizer.json`, `config.json`, `generation_config.json`, and for begin and end the vocabulary itself.
struct SpecialTokens {
  let folder: FilePath
  let config: CheckpointConfig
  let tokenizerConfig: JSONFields?
  let tokenizerJSON: TokenizerJSON?
  let table: TokenTable

  /// Roles by their names in Hugging Face's files, and their keys in GGUF.
  private static let roles: [(name: String, key: String)] = [
    ("bos", "bos_token_id"), ("eos", "eos_token_id"), ("unk", "unknown_token_id"),
    ("sep", "seperator_token_id"),
    ("pad", "padding_token_id"), ("cls", "cls_token_id"), ("mask", "mask_token_id"),
  ]

  func write(to metadata: inout GGUFMetadata) throws(ConversionError) {
    let generation = try JSONFields.readIfPresent(folder.appending("generation_config.json"))
    for role in Self.roles {
      guard let id = try id(role.name, generation) else { continue }
      metadata.set("tokenizer.ggml.\(role.key)", .uint32(UInt32(id)))
    }
    // The tokens by which CodeLlama fills in the middle; no file names them.
    if config.architecture == .llama, config.vocabularyCount == 32016 {
      for (role, id) in [("prefix", 32007), ("suffix", 32008), ("middle", 32009), ("eot", 32010)] {
        metadata.set("tokenizer.ggml.\(role)_token_id", .uint32(UInt32(id)))
      }
    }
    for (role, isAdded) in try additions() {
      metadata.set("tokenizer.ggml.add_\(role)_token", .bool(isAdded))
    }
  }

  private func id(_ role: String, _ generation: JSONFields?) throws(ConversionError) -> Int? {
    let text = try text(of: role)
    if let text,
      let token = tokenizerJSON?.addedTokens.first(where: { ExactString($0.text) == ExactString(text) }),
      token.id < table.count
    {
      return token.id
    }
    if let id = try id(role, in: config.fields) { return id }
    if let generation, let id = try id(role, in: generation) { return id }
    guard role == "bos" || role == "eos", let text, !text.isEmpty else { return nil }
    guard let id = table.id(of: text) else {
      throw ConversionError(
        tokenizerConfig?.path ?? folder, .missingSpecialToken(role: "\(role)_token", text))
    }
    return id
  }

  /// An id, or the first of several; ids without a token are left out.
  private func id(_ role: String, in fields: JSONFields) throws(ConversionError) -> Int? {
    let key = "\(role)_token_id"
    if case .array(let ids)? = fields.object[key] {
      guard case .number(let first)? = ids.first, let id = first.integer else { return nil }
      return table.texts.indices.contains(id) ? id : nil
    }
    guard let id = try fields.integer(key, in: -1...1 << 30) else { return nil }
    return table.texts.indices.contains(id) ? id : nil
  }

  /// The text that `tokenizer_config.json` gives a role: a string, or an object with `content`.
  private func text(of role: String) throws(ConversionError) -> String? {
    guard let tokenizerConfig else { return nil }
    let key = "\(role)_token"
    if case .object? = tokenizerConfig.object[key] {
      return try tokenizerConfig.fields(key)?.string("content")
    }
    return try tokenizerConfig.string(key)
  }

  /// Whether texts get these tokens put around them, where the files say.
  private func additions() throws(ConversionError) -> [(role: String, isAdded: Bool)] {
    var additions: [(role: String, isAdded: Bool)] = []
    let template = try tokenizerJSON?.templateTokens()
    for (role, wrapping) in [("bos", template?.first), ("eos", template?.last)] {
      let stated = try tokenizerConfig?.bool("add_\(role)_token")
      if let stated {
        additions.append((role, stated))
      } else if let wrapping {
        additions.append((role, wrapping == (try text(of: role) ?? wrapping)))
      }
    }
    // Granite and SmolLM have such a token, but do not begin texts with it.
    if config.architecture == .llama, config.vocabularyCount == 49152 {
      additions.removeAll { $0.role == "bos" }
      additions.append(("bos", false))
    }
    return additions
  }
}
