/// What a drafter knows about a token that it has just proposed.
public struct DraftSignals: Equatable, Sendable {
  /// What to tell; each costs some time.
  public struct Needs: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `probability` and `entropy`: a pass over the logits.
    public static let softmax = Needs(rawValue: 1)
    /// `previousAcceptance`: the draft's acceptance head.
    public static let acceptance = Needs(rawValue: 2)
    /// What `BranchingDrafter.alternative` tells: a pass over the logits for each.
    public static let alternatives = Needs(rawValue: 4)
  }

  /// The proposed token's share of the softmax of the draft's logits as they are, in `0...1`.
  public var probability: Float?
  /// Entropy of that softmax, in nats, at least 0.
  public var entropy: Float?
  /// p̂, in `0...1`, of the proposal before this one: an acceptance head judges a token by the state in which the draft
  /// is after reading it, so the newest proposal never has one.
  public var previousAcceptance: Float?
  /// Number of tokens that a model read in this step: one or two, and more where it caught up; 0 for a guess.
  public var readCount = 0

  public init(probability: Float? = nil, entropy: Float? = nil, previousAcceptance: Float? = nil) {
    self.probability = probability
    self.entropy = entropy
    self.previousAcceptance = previousAcceptance
  }
}
