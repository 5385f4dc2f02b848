/// α on average over texts, by how many tokens of the text were written before: many texts begin harder than they go on.
struct AcceptanceByAge: Sendable {
  /// Of the texts that have ended, by age; the newer ones count more.
  private var past = InlineArray<5, FadingRatio?>(repeating: nil)
  private var inAll = FadingRatio(
    FadingRatio.unknownAcceptance, weight: FadingRatio.unknownWeight, memory: Self.memoryOfAll)
  /// Of the text that is being written: what it is like is no part of what it is compared with.
  private var present = InlineArray<5, Counts>(repeating: Counts())

  private struct Counts {
    var accepted = 0.0
    var tested = 0
  }

  /// Ages, in tokens, at which the next class of ages begins.
  private static let bounds: InlineArray<4, Int> = [16, 32, 64, 128]
  private static let memory = 0.995
  private static let memoryOfAll = 0.998
  /// As how many judged tokens of an age α over all ages counts.
  private static let commonWeight = 24.0

  init() {}

  /// As other programs left it.
  init(_ agreement: PairAgreement) {
    inAll = FadingRatio(agreement.inAll, memory: Self.memoryOfAll)
    for (index, counts) in zip(0..<past.count, agreement.byAge) {
      past[index] = counts.map { FadingRatio($0, memory: Self.memory) }
    }
  }

  /// For other programs, the present text included.
  var agreement: PairAgreement {
    var known = self
    known.endText()
    return PairAgreement(
      byAge: (0..<past.count).map { known.past[$0].map(PairAgreement.Counts.init) },
      inAll: .init(known.inAll))
  }

  private static func index(ofAge age: Int) -> Int {
    var index = 0
    while index < bounds.count && age >= bounds[index] { index += 1 }
    return index
  }

  /// α that is typical of tokens at an age.
  func rate(atAge age: Int) -> Double { past[Self.index(ofAge: age)]?.value ?? inAll.value }

  mutating func add(accepted: Double, tested: Int, atAge age: Int) {
    present[Self.index(ofAge: age)].accepted += accepted
    present[Self.index(ofAge: age)].tested += tested
  }

  mutating func endText() {
    for index in 0..<present.count { inAll.add(present[index].accepted, of: present[index].tested) }
    for index in 0..<present.count where present[index].tested > 0 {
      var known = past[index] ?? FadingRatio(inAll.value, weight: Self.commonWeight, memory: Self.memory)
      known.add(present[index].accepted, of: present[index].tested)
      past[index] = known
    }
    present = .init(repeating: Counts())
  }
}

extension FadingRatio {
  fileprivate init(_ counts: PairAgreement.Counts, memory: Double) {
    self.init(counts.accepted / counts.tested, weight: counts.tested, memory: memory)
  }
}

extension PairAgreement.Counts {
  fileprivate init(_ ratio: FadingRatio) { self.init(accepted: ratio.sum, tested: ratio.weight) }
}
