/// The sets of scalars that pre-tokenizers cut out.
enum ScalarSet: Sendable {
  /// `\p{L}`
  case letters
  /// `\p{N}`
  case numbers
  /// `\p{P}`
  case punctuation
  /// `[\r\n]`
  case newlines
  /// `[0-9]`
  case asciiDigits
  /// `[\p{P}$+<=>^~|]`
  case punctuationAndOperators
  /// `[\p{P}$+<=>^~|`]`
  case punctuationOperatorsAndBacktick
  /// `[一-龥ࠀ-一가-퟿]` without whitespace
  case asian
  /// The cased letters listed by `deepseek-llm`
  case casedLetters
  /// `[!-/:-~！-／：-～‘-‟　-。]` without whitespace
  case asciiAndWidePunctuation

  func contains(_ scalar: Unicode.Scalar, _ kind: ScalarClass) -> Bool {
    switch self {
    case .letters: kind == .letter
    case .numbers: kind == .number
    case .punctuation: kind == .punctuation
    case .newlines: scalar == "\n" || scalar == "\r"
    case .asciiDigits: ("0"..."9").contains(scalar)
    case .punctuationAndOperators: kind == .punctuation || Self.operators.contains(scalar)
    case .punctuationOperatorsAndBacktick:
      kind == .punctuation || Self.operators.contains(scalar) || scalar == "`"
    case .asian: kind != .whitespace && Self.isAsian(scalar.value)
    case .casedLetters: CasedLetters.contains(scalar.value)
    case .asciiAndWidePunctuation: kind != .whitespace && Self.isWidePunctuation(scalar.value)
    }
  }

  private static let operators: [Unicode.Scalar] = ["$", "+", "<", "=", ">", "^", "~", "|"]

  private static func isAsian(_ value: UInt32) -> Bool {
    switch value {
    case 0x0800...0x9FA5, 0xAC00...0xD7FF: true
    default: false
    }
  }

  private static func isWidePunctuation(_ value: UInt32) -> Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x7E, 0xFF01...0xFF0F, 0xFF1A...0xFF5E, 0x2018...0x201F, 0x3000...0x3002: true
    default: false
    }
  }
}
