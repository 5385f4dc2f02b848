/// The constants of a model.
public struct ModelConfiguration: Equatable, Sendable {
  public let architecture: ModelArchitecture
  /// Number of tokens, and of logits in one row.
  public let vocabularyCount: Int
  /// Longest sequence that the model was made for.
  public let trainedContextLength: Int
  /// Width of the residual stream.
  public let embeddingLength: Int
  public let layerCount: Int
  /// Width of the gated feed-forward network.
  public let feedForwardLength: Int
  /// Number of query heads.
  public let headCount: Int
  /// Number of key and value heads; divides `headCount` (grouped-query attention).
  public let keyValueHeadCount: Int
  /// Width of one head.
  public let headSize: Int
  /// Number of values of each head that the rotary embedding turns: even, at most `headSize`.
  public let rotaryLength: Int
  /// θ of the rotary embedding.
  public let rotaryBase: Double
  /// Position interpolation: every angle is divided by it, or as much of it as YaRN says.
  public let rotaryScale: Double
  public let yarn: YarnScaling?
  /// ε of RMSNorm.
  public let normEpsilon: Float

  /// Width of all query heads together.
  public var queryLength: Int { headCount * headSize }
  /// Width of all key heads together, and of all value heads.
  public var keyValueLength: Int { keyValueHeadCount * headSize }
  /// Query heads that share one key and value head.
  public var groupSize: Int { headCount / keyValueHeadCount }
}
