/// What a pre-tokenizer of `tokenizer.json` does, step by step, in a canonical form: equal ones may be written
/// differently.
struct PreTokenizerSteps: Equatable {
  enum Step: Equatable {
    /// Each match of the pattern is a word, and so is what lies between matches.
    case split(String)
    /// Every digit is a word.
    case digits
    /// The words of GPT-2.
    case gpt2
  }

  private(set) var steps: [Step] = []
  /// Whether words become byte-level letters in the end; else the vocabulary is none of bytes.
  private(set) var isByteLevel = false

  /// - Throws: `unknownPreTokenizer` with a step that has no canonical form.
  init(_ preTokenizer: JSONFields) throws(ConversionError) { try append(preTokenizer) }

  private static let gpt2 =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  private mutating func append(_ step: JSONFields) throws(ConversionError) {
    switch try step.required("type", step.string("type")) {
    case "Sequence":
      for inner in try step.objects("pretokenizers") { try append(inner) }
    case "ByteLevel":
      guard try step.bool("add_prefix_space") != true else {
        throw step.error(.unknownPreTokenizer(found: "ByteLevel with add_prefix_space"))
      }
      if try step.bool("use_regex") ?? true { steps.append(.gpt2) }
      isByteLevel = true
    case "Digits":
      guard try step.bool("individual_digits") == true else {
        throw step.error(.unknownPreTokenizer(found: "Digits, not individual ones"))
      }
      steps.append(.digits)
    case "Split": try appendSplit(step)
    case let type: throw step.error(.unknownPreTokenizer(found: type))
    }
  }

  private mutating func appendSplit(_ step: JSONFields) throws(ConversionError) {
    let behavior = try step.string("behavior") ?? "Isolated"
    let inverts = try step.bool("invert") ?? false
    // To remove all but the matches is the same for patterns that match everything, as the long ones do.
    guard (behavior, inverts) == ("Isolated", false) || (behavior, inverts) == ("Removed", true) else {
      throw step.error(.unknownPreTokenizer(found: "Split, \(behavior)\(inverts ? ", inverted" : "")"))
    }
    let pattern = try step.required("pattern", step.fields("pattern"))
    guard let regex = try pattern.string("Regex") else {
      let text = try pattern.string("String") ?? ""
      throw step.error(.unknownPreTokenizer(found: "Split at \(text.debugDescription)"))
    }
    switch regex {
    case Self.gpt2: steps.append(.gpt2)
    case #"\p{N}"# where !inverts: steps.append(.digits)
    default:
      guard !inverts || regex.hasSuffix(#"|\s+(?!\S)|\s+"#) else {
        throw step.error(.unknownPreTokenizer(found: "Split, Removed, inverted"))
      }
      steps.append(.split(regex))
    }
  }
}

extension PreTokenizerSteps: CustomStringConvertible {
  var description: String {
    steps.map { step in
      switch step {
      case .split(let pattern): "Split \(String(pattern.prefix(200)).debugDescription)"
      case .digits: "Digits"
      case .gpt2: "ByteLevel"
      }
    }.joined(separator: ", ")
  }
}
