/// How byte-level BPE cuts text into words before it merges; merges never cross words.
public struct PreTokenizer: Sendable {
  /// Applied one after another, each to every piece that the one before left.
  let rules: [SplitRule]
  /// Whether a word that is a token as a whole is that token, even if no merges lead to it.
  let ignoresMerges: Bool
  /// Whether `bos` is added where the file does not say.
  let addsBOS: Bool

  init(_ rules: [SplitRule], ignoresMerges: Bool = false, addsBOS: Bool = false) {
    self.rules = rules
    self.ignoresMerges = ignoresMerges
    self.addsBOS = addsBOS
  }

  /// The pre-tokenizer with this name in `tokenizer.ggml.pre`.
  public init?(named name: String) {
    guard let known = Self.table.first(where: { $0.names.contains(name) }) else { return nil }
    self = known.preTokenizer
  }

  /// Every name that `init(named:)` knows.
  public static var knownNames: [String] { table.flatMap(\.names) }

  /// The letters that `deepseek-llm` makes words of, as ranges inside a regular expression's brackets: how its
  /// definition is recognised elsewhere.
  public static var casedLetterRanges: String { CasedLetters.pattern }

  private static let table: [(names: [String], preTokenizer: PreTokenizer)] = [
    (
      ["default"],
      PreTokenizer([
        .run(of: .punctuationAndOperators), .gpt2, .run(of: .numbers), .run(of: .asciiDigits, count: 3...3),
      ])
    ),
    (
      ["falcon"],
      PreTokenizer([.run(of: .punctuationOperatorsAndBacktick), .gpt2, .run(of: .asciiDigits, count: 3...3)])
    ),
    (
      [
        "gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4", "gigachat",
        "mellum",
      ],
      PreTokenizer([.gpt2])
    ),
    (
      ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"],
      PreTokenizer([.llama3(digitCount: 3)], ignoresMerges: true, addsBOS: true)
    ),
    (["dbrx", "smaug-bpe", "chatglm-bpe", "glm4"], PreTokenizer([.llama3(digitCount: 3)])),
    (
      ["qwen2", "deepseek-r1-qwen", "kormo", "megrez", "stablelm2", "hunyuan", "grok-2"],
      PreTokenizer([.llama3(digitCount: 1)])
    ),
    (
      ["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"],
      PreTokenizer([.run(of: .numbers, count: 1...1), .gpt2])
    ),
    (
      ["deepseek-coder"],
      PreTokenizer([
        .run(of: .newlines, count: 1...1), .run(of: .letters, leadingSpace: true),
        .run(of: .punctuation, leadingSpace: true), .run(of: .asian), .run(of: .numbers, count: 1...1),
      ])
    ),
    (
      ["deepseek-llm"],
      PreTokenizer([
        .run(of: .newlines, count: 1...1), .run(of: .casedLetters, leadingSpace: true),
        .run(of: .asciiAndWidePunctuation, leadingSpace: true), .trailingWhitespace, .run(of: .asian),
        .run(of: .numbers),
      ])
    ),
  ]

  /// The words of `bytes[range]`, as ranges of bytes, in order and without gaps.
  /// - Precondition: `bytes[range]` is valid UTF-8.
  func words(of bytes: [UInt8], in range: Range<Int>) -> [Range<Int>] {
    let text = ClassifiedText(bytes, in: range)
    var ends = [text.count]
    for rule in rules {
      var finer: [Int] = []
      finer.reserveCapacity(ends.count)
      var start = 0
      for end in ends {
        rule.split(text, start..<end, into: &finer)
        start = end
      }
      ends = finer
    }
    var start = range.lowerBound
    return ends.map { end in
      let word = start..<text.offsets[end]
      start = word.upperBound
      return word
    }
  }
}
