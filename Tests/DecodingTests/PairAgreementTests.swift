import Foundation
import Testing

@testable import Decoding

@Suite("What is remembered of a pair's agreement")
struct PairAgreementTests {
  /// A policy that saw texts of 160 tokens of which the target accepted one of four in the beginning, later three of four.
  private func experienced() -> AutomaticPolicy {
    var policy = AutomaticPolicy()
    for _ in 0..<6 {
      policy.begin()
      for token in 0..<160 {
        let isAccepted = token % 4 < (token < 32 ? 1 : 3)
        policy.acceptance.add(accepted: isAccepted ? 1 : 0, tested: 1, written: 1)
      }
    }
    return policy
  }

  @Test("a policy begins with what another one knew at its end, the text it was writing included")
  func nextProgram() throws {
    let agreement = experienced().agreement
    let read = try JSONDecoder().decode(PairAgreement.self, from: JSONEncoder().encode(agreement))
    #expect(read == agreement)
    let overall = try #require(read.acceptance)
    #expect((0.6..<0.72).contains(overall))
    var (next, other) = (AutomaticPolicy(agreement: read), experienced())
    next.begin()
    other.begin()
    #expect(abs(next.acceptance.ahead - other.acceptance.ahead) < 1e-9)
    #expect((0.2..<0.4).contains(next.acceptance.ahead))
    #expect(AutomaticPolicy().acceptance.ahead > 0.6)
  }

  @Test("a few tokens say nothing")
  func few() {
    var policy = AutomaticPolicy()
    policy.begin()
    #expect(policy.agreement.acceptance == nil)
    for _ in 0..<40 { policy.acceptance.add(accepted: 1, tested: 1, written: 1) }
    #expect(policy.agreement.acceptance == nil)
    for _ in 0..<20 { policy.acceptance.add(accepted: 1, tested: 1, written: 1) }
    #expect(policy.agreement.acceptance ?? 0 > 0.9)
  }

  @Test(
    "numbers that nothing can have counted are refused",
    arguments: [
      #"{"accepted":2,"tested":1}"#, #"{"accepted":-1,"tested":1}"#, #"{"accepted":0,"tested":0}"#,
      #"{"accepted":0,"tested":-1}"#, #"{"accepted":1,"tested":1e300}"#, #"{"accepted":1}"#, #"[]"#,
      #"{"accepted":1,"tested":1e999}"#,
    ])
  func damaged(counts: String) {
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(
        PairAgreement.self, from: Data(#"{"byAge":[null],"inAll":\#(counts)}"#.utf8))
    }
  }

  @Test("a file with fewer ages or more is read as far as it goes", arguments: [0, 1, 9])
  func otherAges(count: Int) throws {
    let ages = [String](repeating: #"{"accepted":90,"tested":100}"#, count: count).joined(separator: ",")
    let text = #"{"byAge":[\#(ages)],"inAll":{"accepted":30,"tested":100}}"#
    let agreement = try JSONDecoder().decode(PairAgreement.self, from: Data(text.utf8))
    var policy = AutomaticPolicy(agreement: agreement)
    policy.begin()
    // What an age is like, else all.
    #expect(abs(policy.acceptance.rate - (count > 0 ? 0.9 : 0.3)) < 1e-9)
  }
}
