/// Examples of one text, in the order of its positions.
public struct ExampleSequence: Equatable, Sendable {
  /// For each candidate, the chance that the target accepts it.
  public var labels: [Float] = []
  /// The draft's state at each candidate, `[labels.count, hiddenSize]`.
  public var states: [Float] = []

  public init() {}
}
