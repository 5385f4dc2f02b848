import TensorTypes

/// Turns tokens into text one at a time, and never gives half a character.
///
/// All text given, up to and with `finish()`, is what `decode` gives for the same tokens at once.
public struct StreamingDetokenizer: Sendable {
  private let tokenizer: any Tokenizer
  private let showSpecial: Bool
  private var isFirst: Bool
  /// The beginning of a character, 0 to 3 bytes.
  private var pending: [UInt8] = []

  /// Parameters are those of `Tokenizer.decode`.
  public init(_ tokenizer: any Tokenizer, showSpecial: Bool = false, isContinuation: Bool = false) {
    self.tokenizer = tokenizer
    self.showSpecial = showSpecial
    isFirst = !isContinuation
  }

  /// The text that `token` completes: empty while a character is still incomplete.
  public mutating func append(_ token: TokenID) -> String {
    pending += tokenizer.bytes(of: token, isFirst: isFirst, showSpecial: showSpecial)
    if tokenizer.vocabulary.isText(token) { isFirst = false }
    let incomplete = UTF8Sequence.incompleteSuffixLength(of: pending)
    let text = String(decoding: pending.dropLast(incomplete), as: UTF8.self)
    pending.removeFirst(pending.count - incomplete)
    return text
  }

  /// The rest: U+FFFD for a character that was never completed.
  public mutating func finish() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }
}
