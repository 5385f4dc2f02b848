/// α of late: accepted per judged token, with an exponential memory.
public struct RecentAcceptance: Sendable {
  private static let memory = 0.98
  /// Of α over many texts.
  private static let longMemory = 0.998
  private let prior: Double
  private let priorWeight: Double
  private var accepted: Double
  private var tested: Double
  private var acceptedInAll: Double
  private var testedInAll: Double

  /// - Parameters:
  ///   - prior: α before anything is known, in `0...1`.
  ///   - weight: As if so many tokens had been judged.
  public init(prior: Double = 0.7, weight: Double = 4) {
    (self.prior, priorWeight) = (prior, weight)
    accepted = prior * weight
    tested = weight
    (acceptedInAll, testedInAll) = (accepted, tested)
  }

  public var rate: Double { accepted / tested }

  /// Makes what is known count less beside what comes.
  /// - Parameter share: In `0...1`.
  public mutating func fade(to share: Double) {
    accepted *= share
    tested *= share
  }

  /// Begins anew as if nothing were known; what is typical stays so.
  public mutating func forget() { (accepted, tested) = (prior * priorWeight, priorWeight) }

  /// Begins anew with what is typical: another text may be easier or harder than the last one.
  /// - Parameter weight: As if so many tokens had been judged.
  public mutating func expectTypical(weight: Double) {
    (accepted, tested) = (acceptedInAll / testedInAll * weight, weight)
  }

  public mutating func add(accepted newAccepted: Int, tested newTested: Int) {
    guard newTested > 0 else { return }
    var (fading, longFading) = (1.0, 1.0)
    for _ in 0..<min(newTested, 400) {
      fading *= Self.memory
      longFading *= Self.longMemory
    }
    accepted = accepted * fading + Double(newAccepted)
    tested = tested * fading + Double(newTested)
    acceptedInAll = acceptedInAll * longFading + Double(newAccepted)
    testedInAll = testedInAll * longFading + Double(newTested)
  }
}
