import Tokenization

/// Recognises a byte-level pre-tokenizer from its definition in `tokenizer.json`, by what it does and not by whose it
/// is.
struct PreTokenizerName {
  private let fields: JSONFields

  init(_ fields: JSONFields) { self.fields = fields }

  /// The name in `tokenizer.ggml.pre`.
  /// - Throws: `unknownPreTokenizer` with what was found.
  func name() throws(ConversionError) -> String {
    try checkNormalizer()
    guard let preTokenizer = try fields.fields("pre_tokenizer") else {
      throw fields.error(.unknownPreTokenizer(found: "none"))
    }
    let found = try PreTokenizerSteps(preTokenizer)
    guard found.isByteLevel else {
      throw fields.error(.unknownPreTokenizer(found: "\(found), without ByteLevel"))
    }
    let ignoresMerges = try fields.fields("model")?.bool("ignore_merges") ?? false
    guard let name = Self.name(of: found.steps, ignoresMerges: ignoresMerges) else {
      throw fields.error(.unknownPreTokenizer(found: "\(found)\(ignoresMerges ? ", ignore_merges" : "")"))
    }
    return name
  }

  /// Only what the runtime may leave out is let through.
  private func checkNormalizer() throws(ConversionError) {
    guard let normalizer = try fields.fields("normalizer") else { return }
    let type = try normalizer.string("type") ?? "unnamed"
    if type == "NFC" { return }
    if type == "Sequence", try normalizer.array("normalizers")?.isEmpty ?? true { return }
    throw fields.error(.unsupportedTokenizer("a normalizer of type \(type)"))
  }

  private static func name(of steps: [PreTokenizerSteps.Step], ignoresMerges: Bool) -> String? {
    if steps == [.split(llama3(digits: "{1,3}"))] { return ignoresMerges ? "llama-bpe" : "smaug-bpe" }
    // No other known pre-tokenizer comes with it.
    if ignoresMerges { return nil }
    return known.first { $0.steps == steps }?.name
  }

  private static let known: [(name: String, steps: [PreTokenizerSteps.Step])] = [
    ("qwen2", [.split(llama3(digits: ""))]),
    ("gpt-2", [.gpt2]),
    // StarCoder's is the same.
    ("smollm", [.digits, .gpt2]),
    (
      "deepseek-coder",
      [.split("[\r\n]"), .split(#"\s?\p{L}+"#), .split(#"\s?\p{P}+"#), .split(asian), .digits]
    ),
    (
      "deepseek-llm",
      [
        .split("[\r\n]"), .split(#"\s?["# + PreTokenizer.casedLetterRanges + "]+"),
        .split(#"\s?[!-/:-~！-／：-～‘-‟　-。]+"#), .split(#"\s+$"#), .split(asian), .digits,
      ]
    ),
  ]

  private static func llama3(digits: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// Ideographs and syllables that DeepSeek takes as words.
  private static let asian = "[一-龥ࠀ-一가-퟿]+"
}
