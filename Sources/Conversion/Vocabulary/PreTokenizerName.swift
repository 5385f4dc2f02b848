/// Recognises a pre-tokenizer from its definition in `tokenizer.json`, by what it does and not by whose it is.
struct PreTokenizerName {
  private let fields: JSONFields

  init(_ fields: JSONFields) { self.fields = fields }

  /// One step of a pre-tokenizer in a canonical form.
  private enum Step: Equatable {
    case split(String)
    /// Every digit is a word.
    case digits
    /// The words of GPT-2, as byte-level letters.
    case gpt2
  }

  /// The name in `tokenizer.ggml.pre`.
  /// - Throws: `unknownPreTokenizer` with what was found.
  func name() throws(ConversionError) -> String {
    try checkNormalizer()
    guard let preTokenizer = try fields.fields("pre_tokenizer") else {
      throw fields.error(.unknownPreTokenizer(found: "none"))
    }
    var steps: [Step] = []
    try append(preTokenizer, to: &steps)
    let ignoresMerges = try fields.fields("model")?.bool("ignore_merges") ?? false
    if let name = Self.name(of: steps, ignoresMerges: ignoresMerges) { return name }
    throw fields.error(.unknownPreTokenizer(found: Self.shown(steps)))
  }

  private func append(_ step: JSONFields, to steps: inout [Step]) throws(ConversionError) {
    switch try step.required("type", step.string("type")) {
    case "Sequence":
      for (index, value) in (try step.array("pretokenizers") ?? []).enumerated() {
        guard case .object(let object) = value else {
          throw fields.error(
            .wrongFieldType("\(step.prefix)pretokenizers[\(index)]", expected: "object", found: value.kind))
        }
        let prefix = "\(step.prefix)pretokenizers[\(index)]."
        try append(JSONFields(path: fields.path, object: object, prefix: prefix), to: &steps)
      }
    case "ByteLevel":
      guard try step.bool("add_prefix_space") != true else {
        throw fields.error(.unknownPreTokenizer(found: "ByteLevel with add_prefix_space"))
      }
      if try step.bool("use_regex") ?? true { steps.append(.gpt2) }
    case "Digits":
      guard try step.bool("individual_digits") == true else {
        throw fields.error(.unknownPreTokenizer(found: "Digits, not individual ones"))
      }
      steps.append(.digits)
    case "Split":
      let pattern = try step.required("pattern", step.fields("pattern"))
      let text = try pattern.string("String")
      let regex = try pattern.string("Regex") ?? text
      steps.append(.split(try pattern.required("Regex", regex)))
    case let type: throw fields.error(.unknownPreTokenizer(found: type))
    }
  }

  /// Only what the runtime may leave out is let through.
  private func checkNormalizer() throws(ConversionError) {
    guard let normalizer = try fields.fields("normalizer") else { return }
    let type = try normalizer.string("type") ?? "unnamed"
    if type == "NFC" { return }
    if type == "Sequence", try normalizer.array("normalizers")?.isEmpty ?? true { return }
    throw fields.error(.unsupportedTokenizer("a normalizer of type \(type)"))
  }

  private static func name(of steps: [Step], ignoresMerges: Bool) -> String? {
    if steps == [.split(llama3(digits: "{1,3}"))] { return ignoresMerges ? "llama-bpe" : "smaug-bpe" }
    if ignoresMerges { return nil }
    if steps == [.split(llama3(digits: ""))] { return "qwen2" }
    if steps == [.gpt2] { return "gpt-2" }
    if steps == [.digits, .gpt2] { return "smollm" }
    if steps == deepSeekCoder { return "deepseek-coder" }
    if isDeepSeekLLM(steps) { return "deepseek-llm" }
    return nil
  }

  private static func llama3(digits: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// Ideographs and syllables that DeepSeek takes as words.
  private static let asian = "[一-龥ࠀ-一가-퟿]+"

  private static let deepSeekCoder: [Step] = [
    .split("[\r\n]"), .split(#"\s?\p{L}+"#), .split(#"\s?\p{P}+"#), .split(asian), .digits,
  ]

  /// Its class of letters is a list of some hundred ranges, of which the beginning is compared.
  private static func isDeepSeekLLM(_ steps: [Step]) -> Bool {
    guard steps.count == 6, case .split(let letters) = steps[1], case .split(let marks) = steps[2] else {
      return false
    }
    return steps[0] == .split("[\r\n]") && letters.hasPrefix(#"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿ"#)
      && marks.hasPrefix(#"\s?[!-/:-~"#) && steps[3] == .split(#"\s+$"#) && steps[4] == .split(asian)
      && steps[5] == .digits
  }

  private static func shown(_ steps: [Step]) -> String {
    steps.map { step in
      switch step {
      case .split(let pattern): "Split \(String(pattern.prefix(200)).debugDescription)"
      case .digits: "Digits"
      case .gpt2: "ByteLevel"
      }
    }.joined(separator: ", ")
  }
}
