/// What a token is for; raw values are those of the array `tokenizer.ggml.token_type`.
public enum TokenType: UInt8, Sendable {
  /// A piece of text.
  case normal = 1
  /// Stands for text that the vocabulary cannot express.
  case unknown = 2
  /// Steers the model (`<s>`, `<|im_end|>`): matched in text only when asked, shown only when asked.
  case control = 3
  /// Added by the model's author: always matched in text, before anything else.
  case userDefined = 4
  /// Holds a place in the table.
  case unused = 5
  /// One byte, written `<0xXX>`.
  case byte = 6

  /// Whether merging pieces of ordinary text may arrive at this token.
  var isReachableByMerging: Bool {
    switch self {
    case .normal, .userDefined, .unused: true
    case .unknown, .control, .byte: false
    }
  }

  /// Whether the token is hidden from decoded text unless asked for.
  var isHidden: Bool { self == .control || self == .unknown }
}
