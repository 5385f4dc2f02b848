/// λ of AdaEDL (arXiv 2410.18351): a threshold that moves so that about nine of ten drafted tokens are accepted.
public struct AdaptiveThreshold: Sendable {
  private static let wantedAcceptance = 0.9
  private static let step = 0.01
  private static let rateMemory = 0.5
  private static let memory = 0.9

  /// λ, in `0...1`.
  public private(set) var value: Double
  private var acceptance = wantedAcceptance

  public init(_ initial: Double) { value = initial }

  /// After a round: A ← ½A + ½·accepted/drafted; λ rises by a step where too little was accepted, falls where the
  /// threshold ended a chain that might have gone on.
  public mutating func observe(_ judgement: ChainJudgement) {
    guard judgement.testedCount > 0 else { return }
    let rate = Double(judgement.acceptedCount) / Double(judgement.testedCount)
    acceptance = Self.rateMemory * acceptance + (1 - Self.rateMemory) * rate
    var wanted = value
    if acceptance < Self.wantedAcceptance {
      wanted += Self.step
    } else if judgement.wasStopped {
      wanted -= Self.step
    }
    value = min(max(Self.memory * value + (1 - Self.memory) * wanted, 0), 1)
  }
}
