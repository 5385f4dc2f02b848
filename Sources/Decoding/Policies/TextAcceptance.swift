/// α of late in this text, and α to expect next: as far above what is typical of the tokens to come as it was above what
/// is typical of those that were judged.
struct TextAcceptance: Sendable {
  private var recent = FadingRatio.acceptanceOfLate
  /// What is typical of tokens as old as those that `recent` remembers.
  private var typical = FadingRatio.acceptanceOfLate
  private var byAge = AcceptanceByAge()
  /// Tokens of this text.
  private var age = 0

  /// Judged tokens that what is typical of texts counts as in the beginning of one.
  private static let typicalWeight = 8.0
  /// How far ahead it looks, in tokens.
  private static let foresight = 8

  /// - Parameter agreement: What is known of the pair.
  init(_ agreement: PairAgreement? = nil) {
    if let agreement { byAge = AcceptanceByAge(agreement) }
  }

  /// What became known of the pair.
  var agreement: PairAgreement { byAge.agreement }

  /// Of late.
  var rate: Double { recent.value }

  /// Of the next tokens, in `0...1`.
  var ahead: Double {
    min(max(recent.value + byAge.rate(atAge: age + Self.foresight) - typical.value, 0), 1)
  }

  /// A text begins, and is expected to be as texts are: it may be easier or harder than the last one.
  /// - Parameter isUnknown: As if nothing were known; what is typical stays so.
  mutating func begin(asIfUnknown isUnknown: Bool) {
    byAge.endText()
    age = 0
    let known = byAge.rate(atAge: 0)
    let weight = isUnknown ? FadingRatio.unknownWeight : Self.typicalWeight
    recent.restart(at: isUnknown ? FadingRatio.unknownAcceptance : known, weight: weight)
    typical.restart(at: known, weight: weight)
  }

  /// The target judged proposals and wrote.
  mutating func add(accepted: Int, tested: Int, written: Int) {
    add(accepted: Double(accepted), of: tested, atAge: age)
    age += written
  }

  /// The draft has read the last tokens, after a time in which it was not asked.
  /// - Parameter share: What that leaves of the weight of what was known before.
  mutating func review(agreed: Int, of tested: Int, leaving share: Double) {
    fade(to: share)
    let accepted = Double(agreed) / Double(tested)
    for offset in 0..<tested { add(accepted: accepted, of: 1, atAge: max(0, age - tested + offset)) }
  }

  /// Nobody knows what has become of it: half of what comes may be accepted.
  mutating func doubt() {
    fade(to: 0.5)
    recent.add(1, of: 2)
    typical.add(2 * byAge.rate(atAge: age), of: 2)
  }

  private mutating func add(accepted: Double, of tested: Int, atAge age: Int) {
    recent.add(accepted, of: tested)
    typical.add(Double(tested) * byAge.rate(atAge: age), of: tested)
    byAge.add(accepted: accepted, tested: tested, atAge: age)
  }

  private mutating func fade(to share: Double) {
    recent.fade(to: share)
    typical.fade(to: share)
  }
}
