import TestSupport
import Testing

@testable import Decoding

@Suite("The automatic choice")
struct AutomaticPolicyTests {
  /// Tokens per second of each fixed way on these lanes; the best length for the way that has one.
  private func fixedSpeeds(_ lanes: SimulatedLanes) -> [AutomaticPolicy.Way: Double] {
    func speed(_ policy: some LengthPolicy) -> Double {
      var (lanes, policy) = (lanes, policy)
      lanes.run(&policy, tokens: 2500)
      return lanes.tokensPerSecond
    }
    return [
      .autoregressive: speed(AutoregressivePolicy()),
      .speculative: [1, 2, 3, 4, 6, 8, 11, 16].map { speed(SpeculativePolicy(draftLength: $0)) }.max()!,
      .freeRunning: speed(FreeRunningPolicy()),
    ]
  }

  @Test(
    "is never much slower than the best fixed way", arguments: [0.05, 0.3, 0.6, 0.8, 0.9, 0.97],
    [(3.0, 1.0), (8.0, 1.0), (20.0, 1.0), (8.0, 1.3), (8.0, 2.0)])
  func asFastAsTheBest(acceptance: Double, pair: (speedRatio: Double, slowdown: Double)) {
    var lanes = SimulatedLanes(acceptance: acceptance, speedRatio: pair.speedRatio, slowdown: pair.slowdown)
    let best = fixedSpeeds(lanes).values.max()!
    var policy = AutomaticPolicy()
    lanes.run(&policy, tokens: 2500)
    #expect(lanes.tokensPerSecond > 0.95 * best, "\(lanes.tokensPerSecond) of \(best)")
  }

  @Test("turns a useless draft off, and comes back when the text becomes predictable")
  func comesBack() {
    var lanes = SimulatedLanes(acceptance: 0, speedRatio: 3, slowdown: 1.3)
    var policy = AutomaticPolicy()
    lanes.run(&policy, tokens: 500)
    lanes.forgetTimes()
    lanes.run(&policy, tokens: 1000)
    #expect(lanes.secondsByWay[.autoregressive, default: 0] > 0.95 * lanes.seconds)
    lanes.acceptance = 0.95
    lanes.run(&policy, tokens: 400)
    lanes.forgetTimes()
    lanes.run(&policy, tokens: 1000)
    #expect(lanes.secondsByWay[.autoregressive, default: 0] < 0.05 * lanes.seconds)
    #expect(lanes.tokensPerSecond > 1.5 / lanes.pass(1))
  }

  @Test("tries what promises only little more, and keeps it if that is true")
  func smallGain() {
    var lanes = SimulatedLanes(acceptance: 0.12, speedRatio: 45, slowdown: 2)
    var policy = AutomaticPolicy()
    lanes.run(&policy, tokens: 4000)
    #expect(lanes.tokensPerSecond > 1.04 / lanes.pass(1))
  }

  @Test("drafts where that comes to the same as the target alone, and so learns how the text goes on")
  func tie() {
    var lanes = SimulatedLanes(acceptance: 0.12, speedRatio: 13.5, slowdown: 2)
    lanes.takesTurns = true
    var policy = AutomaticPolicy()
    lanes.run(&policy, tokens: 2000)
    #expect(lanes.secondsByWay[.autoregressive, default: 0] < 0.3 * lanes.seconds)
    #expect(lanes.tokensPerSecond > 0.98 / lanes.pass(1))
  }

  @Test("learns that a way does not give what was forecast, and seldom tries it again")
  func brokenPromise() {
    var lanes = SimulatedLanes()
    lanes.acceptance = 0.7
    lanes.handover = 0.008
    let best = fixedSpeeds(lanes)[.speculative]!
    var policy = AutomaticPolicy()
    lanes.run(&policy, tokens: 3000)
    #expect(lanes.tokensPerSecond > 0.97 * best)
    #expect(lanes.secondsByWay[.freeRunning, default: 0] < 0.08 * lanes.seconds)
  }

  @Test("finds out within the first tokens that a draft is of no use")
  func uselessFromTheStart() {
    var lanes = SimulatedLanes(acceptance: 0, speedRatio: 3, slowdown: 2)
    var policy = AutomaticPolicy()
    lanes.run(&policy, tokens: 64)
    #expect(lanes.tokensPerSecond > 0.93 / lanes.pass(1))
  }

  @Test("a useless draft is given up as soon when the target worked alone before")
  func uselessAgain() {
    var lanes = SimulatedLanes(acceptance: 0, speedRatio: 3, slowdown: 2)
    var policy = AutomaticPolicy()
    var longest = 0.0
    for _ in 0..<12 {
      policy.begin()
      lanes.forgetTimes()
      lanes.run(&policy, tokens: 64)
      longest = max(longest, lanes.seconds - lanes.secondsByWay[.autoregressive, default: 0])
    }
    // At most about ten rounds of a drafted token or two and a pass.
    #expect(longest < 10 * (2 * lanes.draft + lanes.pass(3)))
  }

  @Test("gives a draft a few tokens' time that is right less often in the beginning, where it pays later")
  func badLuckInTheBeginning() {
    var (seconds, best) = (0.0, 0.0)
    for seed in 1...20 {
      var lanes = SimulatedLanes(acceptance: 0.5, speedRatio: 3, slowdown: 2)
      lanes.takesTurns = true
      lanes.random = SeededGenerator(seed: UInt64(seed))
      best += 128 / fixedSpeeds(lanes)[.speculative]!
      var policy = AutomaticPolicy()
      lanes.acceptance = 0.25
      lanes.run(&policy, tokens: 6)
      lanes.forgetTimes()
      lanes.acceptance = 0.5
      lanes.run(&policy, tokens: 128)
      seconds += lanes.seconds
    }
    #expect(seconds < best / 0.97)
  }

  @Test("tries a drafter that nobody can review, now and then")
  func unknowable() {
    var lanes = SimulatedLanes()
    lanes.acceptance = 0
    lanes.isReviewable = false
    (lanes.targetSlowdown, lanes.draftSlowdown) = (2, 2)
    var policy = AutomaticPolicy()
    lanes.run(&policy, tokens: 3000)
    #expect(lanes.tokensPerSecond > 0.97 / lanes.pass(1))
    lanes.acceptance = 0.9
    lanes.run(&policy, tokens: 1500)
    lanes.forgetTimes()
    lanes.run(&policy, tokens: 1000)
    #expect(lanes.tokensPerSecond > 1.5 / lanes.pass(1))
  }

  @Test("expects of a new text what is typical of texts, not what the last one was like")
  func newText() {
    var lanes = SimulatedLanes(acceptance: 0.7, speedRatio: 8, slowdown: 2)
    var policy = AutomaticPolicy()
    lanes.run(&policy, tokens: 1500)
    lanes.acceptance = 0
    lanes.run(&policy, tokens: 200)
    lanes.forgetTimes()
    lanes.run(&policy, tokens: 20)
    #expect(lanes.secondsByWay[.autoregressive] == lanes.seconds)
    lanes.forgetTimes()
    policy.begin()
    lanes.acceptance = 0.8
    lanes.run(&policy, tokens: 40)
    #expect(lanes.secondsByWay[.autoregressive, default: 0] < 0.1 * lanes.seconds)
  }

  @Test("finds out that texts have become easy, also where each is shorter than the time to a review")
  func shortTexts() {
    var lanes = SimulatedLanes(acceptance: 0.1, speedRatio: 5, slowdown: 2)
    lanes.reviewCost = 15
    var policy = AutomaticPolicy()
    func write(texts count: Int) {
      for _ in 0..<count {
        policy.begin()
        lanes.run(&policy, tokens: 60)
      }
    }
    write(texts: 40)
    lanes.forgetTimes()
    write(texts: 60)
    #expect(lanes.tokensPerSecond > 0.97 / lanes.pass(1))
    lanes.acceptance = 0.8
    write(texts: 20)
    lanes.forgetTimes()
    write(texts: 10)
    #expect(lanes.tokensPerSecond > 1.5 / lanes.pass(1))
  }

  @Test("learns that texts begin harder than they go on, and drafts where they get easier")
  func hardBeginnings() {
    func seconds<Policy: LengthPolicy>(_ make: () -> Policy) -> Double {
      var seconds = 0.0
      for seed: UInt64 in 1...5 {
        var (lanes, policy) = (SimulatedLanes(acceptance: 0, speedRatio: 2.7, slowdown: 2), make())
        (lanes.takesTurns, lanes.reviewCost) = (true, 8)
        lanes.random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
          policy.begin()
          for (acceptance, count) in [(0.25, 20), (0.6, 60)] {
            lanes.acceptance = acceptance
            lanes.run(&policy, tokens: count)
          }
        }
        seconds += lanes.seconds
      }
      return seconds
    }
    let best = min(seconds { AutoregressivePolicy() }, seconds { SpeculativePolicy(draftLength: 1) })
    #expect(seconds { AutomaticPolicy() } < best / 0.99)
  }

  @Test("spends little on finding out that a draft is of no use, however long that takes each time")
  func expensiveReviews() {
    var lanes = SimulatedLanes(acceptance: 0.2, speedRatio: 3, slowdown: 2)
    lanes.reviewCost = 60
    var policy = AutomaticPolicy()
    lanes.run(&policy, tokens: 4000)
    #expect(lanes.tokensPerSecond > 0.97 / lanes.pass(1))
  }

  @Test("looks seldom where a draft takes long to read what the target wrote alone")
  func slowReading() {
    var lanes = SimulatedLanes(acceptance: 0.1, speedRatio: 4, slowdown: 2)
    (lanes.takesTurns, lanes.reviewCost, lanes.reviewCostPerToken) = (true, 1, 0.14)
    var policy = AutomaticPolicy()
    func write(texts count: Int) {
      for _ in 0..<count {
        policy.begin()
        lanes.readPrompt()
        lanes.run(&policy, tokens: 600)
      }
    }
    write(texts: 20)
    lanes.forgetTimes()
    write(texts: 100)
    #expect(lanes.tokensPerSecond > 0.994 / lanes.pass(1))
  }

  @Test("stays near the target alone where drafting costs more than it brings, and T(1) was measured wrong")
  func misjudged() {
    var speeds = 0.0
    for seed in 1...10 {
      var lanes = SimulatedLanes()
      lanes.pass = { 0.0215 + 0.0019 * Double($0) }
      lanes.draft = lanes.pass(1) / 2.7
      (lanes.acceptance, lanes.misjudgement) = (0.3, 1.07)
      (lanes.takesTurns, lanes.reviewCost) = (true, 8)
      lanes.random = SeededGenerator(seed: UInt64(seed))
      var policy = AutomaticPolicy()
      for _ in 0..<12 {
        policy.begin()
        lanes.run(&policy, tokens: 80)
      }
      speeds += lanes.tokensPerSecond * lanes.pass(1) / 10
    }
    #expect(speeds > 0.974)
  }

  @Test("is faster than any fixed way where easy and hard text alternate")
  func alternating() {
    func run(_ policy: some LengthPolicy) -> Double {
      var (lanes, policy) = (SimulatedLanes(), policy)
      lanes.draft = lanes.pass(1) / 4
      for _ in 0..<8 {
        for acceptance in [0.97, 0.05] {
          lanes.acceptance = acceptance
          lanes.run(&policy, tokens: 400)
        }
      }
      return lanes.tokensPerSecond
    }
    let automatic = run(AutomaticPolicy())
    #expect(automatic > run(AutoregressivePolicy()))
    for length in 1...16 { #expect(automatic > run(SpeculativePolicy(draftLength: length))) }
    #expect(automatic > 0.97 * run(FreeRunningPolicy()))
  }

  @Test("without lanes it does not draft while verifying")
  func withoutLanes() {
    var lanes = SimulatedLanes()
    lanes.acceptance = 0.97
    lanes.takesTurns = true
    var policy = AutomaticPolicy()
    lanes.run(&policy, tokens: 2000)
    #expect(lanes.secondsByWay[.freeRunning] == nil)
  }

  @Test("every choice is logged with its reasons")
  func log() {
    let log = ChoiceLog()
    var lanes = SimulatedLanes()
    var policy = AutomaticPolicy(log: log)
    lanes.run(&policy, tokens: 500)
    #expect(log.choices.first?.tokenCount == 0)
    #expect(log.choices.allSatisfy { $0.speeds.count == 3 && (0...1).contains($0.acceptance) })
  }
}
