import TensorTypes

/// The text of committed tokens as a user may see it: whole characters, and nothing from a stop string on.
public struct TextStream: Sendable {
  private var detokenizer: StreamingDetokenizer
  private var matcher: StopStringMatcher

  /// Whether a stop string is complete; from then on there is no more text.
  public var isStopped: Bool { matcher.isStopped }

  /// The stop string that ended the text; itself never shown.
  public var stopString: String? { matcher.stopString }

  public init(_ detokenizer: StreamingDetokenizer, stopStrings: [String] = []) {
    self.detokenizer = detokenizer
    matcher = StopStringMatcher(stopStrings)
  }

  /// The text that may be shown after `token`.
  public mutating func append(_ token: TokenID) -> String {
    matcher.append(detokenizer.append(token))
  }

  /// The rest, when no more tokens come.
  public mutating func finish() -> String {
    let rest = matcher.append(detokenizer.finish())
    return rest + matcher.finish()
  }
}
