import Testing

@testable import Decoding

@Suite("The acceptance to expect of a text")
struct TextAcceptanceTests {
  /// Tokens in tens that are judged one by one; of each ten, as many are accepted as told.
  private func write(_ tens: [Int], to acceptance: inout TextAcceptance) {
    for accepted in tens {
      // Spread evenly.
      for token in 0..<10 {
        let isAccepted = (token + 1) * accepted / 10 > token * accepted / 10
        acceptance.add(accepted: isAccepted ? 1 : 0, tested: 1, written: 1)
      }
    }
  }

  @Test("of the first one is what it was of late, with little weight for what pairs are like")
  func firstText() {
    var acceptance = TextAcceptance()
    #expect(acceptance.ahead == 0.7)
    write([2, 2], to: &acceptance)
    #expect(abs(acceptance.ahead - acceptance.rate) < 1e-9)
    #expect((0.2..<0.35).contains(acceptance.rate))
  }

  @Test("knows from other texts that what comes is easier than what was, or harder")
  func age() {
    for (first, later) in [(2, 7), (7, 2)] {
      var acceptance = TextAcceptance()
      for _ in 0..<10 {
        write([first, first] + [Int](repeating: later, count: 6), to: &acceptance)
        acceptance.begin(asIfUnknown: false)
      }
      #expect(abs(acceptance.ahead - 0.1 * Double(first)) < 0.1)
      write([first, first], to: &acceptance)
      #expect(abs(acceptance.rate - 0.1 * Double(first)) < 0.1)
      // Most of the way: what it says of an age is not known by age alone.
      #expect(abs(acceptance.ahead - 0.1 * Double(later)) < 0.25)
    }
  }

  @Test("stays as far below what is typical as the text was so far")
  func harderText() {
    var acceptance = TextAcceptance()
    for _ in 0..<10 {
      write([3, 3, 7, 7, 7, 7], to: &acceptance)
      acceptance.begin(asIfUnknown: false)
    }
    var other = acceptance
    write([3, 3], to: &acceptance)
    write([0, 0], to: &other)
    #expect((0.1..<0.3).contains(acceptance.ahead - other.ahead))
  }

  @Test("is known of tokens that a draft read afterwards, at the age that they had")
  func review() {
    var acceptance = TextAcceptance()
    for _ in 0..<10 {
      write([2, 2], to: &acceptance)
      for _ in 0..<60 { acceptance.add(accepted: 0, tested: 0, written: 1) }
      acceptance.review(agreed: 42, of: 60, leaving: 0.25)
      acceptance.begin(asIfUnknown: false)
    }
    #expect(abs(acceptance.ahead - 0.2) < 0.1)
    for _ in 0..<24 { acceptance.add(accepted: 0, tested: 0, written: 1) }
    #expect(abs(acceptance.ahead - 0.7) < 0.1)
  }

  @Test("begins as if nothing were known where it is told to")
  func unknown() {
    var acceptance = TextAcceptance()
    write([1, 1, 1, 1], to: &acceptance)
    acceptance.begin(asIfUnknown: false)
    #expect(acceptance.ahead < 0.4)
    acceptance.begin(asIfUnknown: true)
    #expect(acceptance.ahead == 0.7)
  }
}
