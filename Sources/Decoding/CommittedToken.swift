import TensorTypes

/// A token of the output: final, never taken back.
public struct CommittedToken: Equatable, Sendable {
  /// Who made it.
  public enum Origin: Equatable, Sendable {
    /// The target's own choice: plain decoding, a bonus after an accepted block, or the correction of a rejected token.
    case target
    /// Drafted, and accepted by the target.
    case acceptedDraft
  }

  public let id: TokenID
  /// Index in the sequence, the prompt included.
  public let position: Int
  public let origin: Origin

  public init(id: TokenID, position: Int, origin: Origin) {
    self.id = id
    self.position = position
    self.origin = origin
  }
}

/// What the receiver of a committed token wants next.
public enum Continuation: Equatable, Sendable {
  case `continue`
  /// Commit nothing more.
  case stop
}

/// When generation ends by itself. Acts on committed tokens only.
public struct GenerationLimits: Equatable, Sendable {
  /// Largest number of tokens to generate; nil: until the context is full.
  public var maximumTokenCount: Int?
  /// Tokens that end the text (EOS, end of turn). The one that ends it is committed, and is the last.
  public var endTokens: Set<TokenID>
  /// Goes on after end tokens.
  public var ignoresEndTokens: Bool

  /// - Precondition: `maximumTokenCount` is not negative.
  public init(maximumTokenCount: Int? = nil, endTokens: Set<TokenID> = [], ignoresEndTokens: Bool = false) {
    precondition(maximumTokenCount.map { $0 >= 0 } ?? true, "a number of tokens is not negative")
    self.maximumTokenCount = maximumTokenCount
    self.endTokens = endTokens
    self.ignoresEndTokens = ignoresEndTokens
  }
}

/// Why generation ended. If several reasons coincide, the first in this order is given.
public enum StopReason: Equatable, Sendable {
  /// The last committed token is this end token.
  case endToken(TokenID)
  /// The receiver of the tokens asked for it.
  case stoppedByReceiver
  /// `GenerationLimits.maximumTokenCount` tokens were generated.
  case maximumTokenCount
  /// Prompt and output together fill the target's context.
  case contextFull
  /// The cancellation flag was set.
  case cancelled
}

/// What is known when generation has ended.
public struct GenerationResult: Sendable {
  public let stopReason: StopReason
  public let telemetry: DecodingTelemetry
  /// What passes cost at the end.
  public let costs: CostModel
}
