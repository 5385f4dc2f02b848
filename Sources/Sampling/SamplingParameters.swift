/// What a user can ask of sampling. Defaults are llama.cpp's.
///
/// `SamplingChain` says in which order the filters act.
public struct SamplingParameters: Equatable, Sendable {
  /// Divides the logits after every filter; finite and at least 0. Zero is greedy: the most probable token.
  public let temperature: Float
  /// Keeps the `topK` most probable tokens; 0 keeps all.
  public let topK: Int
  /// Keeps the smallest set of most probable tokens whose mass reaches `topP`, in `0...1`; 1 keeps all.
  public let topP: Float
  /// Drops tokens less probable than `minP` times the most probable one, in `0...1`; 0 keeps all.
  public let minP: Float
  /// Divides positive and multiplies negative logits of repeated tokens; above 0, 1 changes nothing.
  public let repetitionPenalty: Float
  /// Subtracted from a token's logit once per occurrence; finite.
  public let frequencyPenalty: Float
  /// Subtracted from the logit of each token that occurs; finite.
  public let presencePenalty: Float
  /// The penalties look at this many tokens before the position, prompt included; 0 turns them off.
  public let penaltyWindow: Int
  /// The key of every random number.
  public let seed: UInt64

  public init(
    temperature: Float = 0.8,
    topK: Int = 40,
    topP: Float = 0.95,
    minP: Float = 0.05,
    repetitionPenalty: Float = 1,
    frequencyPenalty: Float = 0,
    presencePenalty: Float = 0,
    penaltyWindow: Int = 64,
    seed: UInt64 = 0
  ) throws(SamplingParametersError) {
    try Self.check(temperature >= 0 && temperature.isFinite, "temperature", temperature, "finite and >= 0")
    try Self.check(topK >= 0, "topK", Float(topK), ">= 0")
    try Self.check((0...1).contains(topP), "topP", topP, "0...1")
    try Self.check((0...1).contains(minP), "minP", minP, "0...1")
    try Self.check(
      repetitionPenalty > 0 && repetitionPenalty.isFinite, "repetitionPenalty", repetitionPenalty,
      "finite and > 0")
    try Self.check(frequencyPenalty.isFinite, "frequencyPenalty", frequencyPenalty, "finite")
    try Self.check(presencePenalty.isFinite, "presencePenalty", presencePenalty, "finite")
    try Self.check(penaltyWindow >= 0, "penaltyWindow", Float(penaltyWindow), ">= 0")
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.frequencyPenalty = frequencyPenalty
    self.presencePenalty = presencePenalty
    self.penaltyWindow = penaltyWindow
    self.seed = seed
  }

  private init() {
    temperature = 0
    topK = 0
    topP = 1
    minP = 0
    repetitionPenalty = 1
    frequencyPenalty = 0
    presencePenalty = 0
    penaltyWindow = 0
    seed = 0
  }

  /// Temperature 0, no filters, no penalties.
  public static let greedy = SamplingParameters()

  /// True if any penalty can change a logit.
  public var hasPenalties: Bool {
    penaltyWindow > 0 && (repetitionPenalty != 1 || frequencyPenalty != 0 || presencePenalty != 0)
  }

  private static func check(
    _ isValid: Bool, _ name: String, _ value: Float, _ allowed: String
  ) throws(SamplingParametersError) {
    guard isValid else {
      throw SamplingParametersError(name: name, value: "\(value)", allowed: allowed)
    }
  }
}

/// A sampling parameter outside its range.
public struct SamplingParametersError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The parameter's name in `SamplingParameters`.
  public let name: String
  /// The value that was given; a string, so that two errors about NaN are equal.
  public let value: String
  /// The values that are allowed.
  public let allowed: String

  public init(name: String, value: String, allowed: String) {
    self.name = name
    self.value = value
    self.allowed = allowed
  }

  public var description: String { "sampling parameter \(name) is \(value); allowed: \(allowed)" }
}
