import Testing

@testable import Decoding

@Suite("Stop rules")
struct StopRuleTests {
  private func chain(_ signals: [DraftSignals]) -> DraftChain {
    var chain = DraftChain(capacity: 32)
    for signals in signals { chain.append(signals) }
    return chain
  }

  private func judgement(
    _ chain: DraftChain, accepted: Int, isRejected: Bool, wasStopped: Bool = false
  ) -> ChainJudgement {
    ChainJudgement(chain: chain, acceptedCount: accepted, isRejected: isRejected, wasStopped: wasStopped)
  }

  /// T(m) = 10 + m milliseconds, T_d = 1 millisecond.
  private var costs: CostModel {
    var costs = CostModel()
    for rows in 1...20 { costs.set(secondsPerPass: 0.010 + 0.001 * Double(rows), rows: rows) }
    costs.set(secondsPerDraftedToken: 0.001)
    return costs
  }

  @Test("AdaEDL stops where 1 − √(0.2·H) falls below the threshold")
  func entropy() {
    let rule = EntropyRule(threshold: 0.5)
    // 1 − √(0.2·1.25) = 0.5.
    #expect(rule.goesOn(after: chain([.init(probability: 0.5, entropy: 1.249)]), costs: costs))
    #expect(!rule.goesOn(after: chain([.init(probability: 0.5, entropy: 1.251)]), costs: costs))
    #expect(rule.goesOn(after: chain([.init(entropy: 3), .init(entropy: 0)]), costs: costs))
  }

  @Test("AdaEDL's threshold rises where little is accepted, and falls where it cut what was good")
  func adaptiveThreshold() {
    var threshold = AdaptiveThreshold(0.4)
    let ten = chain(.init(repeating: DraftSignals(), count: 10))
    // A ← ½·0.9 + ½·0.1 = 0.5 < 0.9: λ ← 0.9·0.4 + 0.1·0.41.
    threshold.observe(judgement(ten, accepted: 1, isRejected: true))
    #expect(abs(threshold.value - 0.401) < 1e-12)
    var falling = AdaptiveThreshold(0.4)
    falling.observe(judgement(ten, accepted: 10, isRejected: false, wasStopped: true))
    #expect(abs(falling.value - 0.399) < 1e-12)
    var steady = AdaptiveThreshold(0.4)
    steady.observe(judgement(ten, accepted: 10, isRejected: false, wasStopped: false))
    #expect(abs(steady.value - 0.4) < 1e-12)
  }

  @Test("confidence stops at an improbable token")
  func confidence() {
    let rule = ConfidenceRule(threshold: 0.6)
    #expect(rule.goesOn(after: chain([.init(probability: 0.1), .init(probability: 0.61)]), costs: costs))
    #expect(!rule.goesOn(after: chain([.init(probability: 0.9), .init(probability: 0.59)]), costs: costs))
  }

  @Test("SpecDec++ stops where a rejection is likelier than h, between 2 and 20 tokens")
  func acceptanceHead() {
    let rule = AcceptanceHeadRule(threshold: 0.5)
    let signals = { (acceptances: [Float]) in acceptances.map { DraftSignals(previousAcceptance: $0) } }
    // What the first tells is about a final token; the newest token has no judgement yet.
    #expect(rule.goesOn(after: chain(signals([0])), costs: costs))
    #expect(rule.goesOn(after: chain(signals([0, 0.8, 0.7])), costs: costs))
    #expect(!rule.goesOn(after: chain(signals([0, 0.8, 0.6])), costs: costs))
    #expect(rule.goesOn(after: chain(signals(.init(repeating: 1, count: 19))), costs: costs))
    #expect(!rule.goesOn(after: chain(signals(.init(repeating: 1, count: 20))), costs: costs))
  }

  @Test("the cost rule goes on as long as some continuation pays")
  func cost() {
    var rule = CostRule()
    var costs = costs
    let sure = DraftSignals(probability: 1)
    let unsure = DraftSignals(probability: 0.01)
    for _ in 0..<300 {
      rule.observe(judgement(chain([sure]), accepted: 1, isRejected: false))
      rule.observe(judgement(chain([unsure]), accepted: 0, isRejected: true))
    }
    // 2 ms per further token at 200 tokens/s: it must be accepted with 0.4.
    for _ in 0..<40 { costs.observeRound(tokenCount: 2, seconds: 0.01) }
    let (goesOn, goesOnUnsure) = (
      rule.goesOn(after: chain(.init(repeating: sure, count: 10)), costs: costs),
      rule.goesOn(after: chain([sure, unsure]), costs: costs)
    )
    #expect(goesOn && !goesOnUnsure)
    // A step of T that the next tokens make up for.
    var steep = CostModel()
    for (rows, milliseconds) in [(1, 10.0), (2, 10), (3, 15), (4, 15), (5, 15), (6, 15), (7, 15)] {
      steep.set(secondsPerPass: milliseconds / 1000, rows: rows)
    }
    steep.set(secondsPerDraftedToken: 0.0001)
    for _ in 0..<40 { steep.observeRound(tokenCount: 2, seconds: 0.01) }
    var certain = CostRule()
    for _ in 0..<300 { certain.observe(judgement(chain([sure]), accepted: 1, isRejected: false)) }
    let isCertain = certain.goesOn(after: chain([sure]), costs: steep)
    #expect(isCertain)
  }

  @Test("the cost rule loses a hundredth of the time on going on for more, to see what longer passes cost")
  func trials() {
    var rule = CostRule()
    let sure = DraftSignals(probability: 1)
    for _ in 0..<300 { rule.observe(judgement(chain([sure]), accepted: 1, isRejected: false)) }
    var steep = CostModel()
    for rows in 1...20 { steep.set(secondsPerPass: 0.01 * Double(rows), rows: rows) }
    steep.set(secondsPerDraftedToken: 0.005)
    for _ in 0..<40 { steep.observeRound(tokenCount: 1, seconds: 0.01) }
    let lengths = (0..<1000).map { _ in
      (1...20).first { !rule.goesOn(after: chain(.init(repeating: sure, count: $0)), costs: steep) }
    }
    // One token more takes 15 ms and brings what takes 10 otherwise, a round 10: a hundredth of the time is one in 50,
    // or a few less, as the token is not quite sure.
    #expect(lengths.count { $0 == 1 } + lengths.count { $0 == 2 } == 1000)
    #expect((15...20).contains(lengths.count { $0 == 2 }))
  }

  @Test("the cost rule takes the speed of the target alone for its own before its first round")
  func firstRound() {
    var rule = CostRule()
    let unsure = DraftSignals(probability: 0.01)
    for _ in 0..<300 { rule.observe(judgement(chain([unsure]), accepted: 0, isRejected: true)) }
    let goesOn = rule.goesOn(after: chain([unsure]), costs: costs)
    #expect(!goesOn)
  }

  @Test("p̂ is what confidence, head and what was accepted lately have been worth")
  func acceptanceEstimator() {
    let doubted = chain([.init(probability: 0.9), .init(probability: 0.9, previousAcceptance: 0.2)])
    let trusted = chain([.init(probability: 0.9), .init(probability: 0.9, previousAcceptance: 0.8)])
    // The head is right, and says too little; confidence is the same for all.
    var estimator = AcceptanceEstimator(usesHead: true)
    for _ in 0..<500 {
      estimator.observe(judgement(trusted, accepted: 1, isRejected: false))
      estimator.observe(judgement(doubted, accepted: 0, isRejected: true))
    }
    #expect(estimator.probability(of: 0, in: trusted) > 0.9)
    #expect(estimator.probability(of: 0, in: doubted) < 0.1)
    // The newest is not known to the head.
    #expect((0.4...0.6).contains(estimator.probability(of: 1, in: trusted)))
    #expect((0.4...0.6).contains(estimator.expectedProbability))
    // Nobody asks the head.
    let deaf = AcceptanceEstimator()
    #expect(deaf.probability(of: 0, in: trusted) == deaf.probability(of: 0, in: doubted))
  }

  @Test("p̂ is higher in a stretch where everything is accepted")
  func stretches() {
    var estimator = AcceptanceEstimator()
    let one = chain([.init(probability: 0.9)])
    var probabilities: [Double] = []
    for stretch in 0..<20 {
      for place in 0..<20 {
        if place == 8 && stretch >= 18 { probabilities.append(estimator.probability(of: 0, in: one)) }
        let accepted = stretch % 2
        estimator.observe(judgement(one, accepted: accepted, isRejected: accepted == 0))
      }
    }
    #expect(probabilities[1] > probabilities[0] + 0.1)
  }

  @Test("a guess, which comes without a probability, is judged by what became of guesses")
  func guesses() {
    var estimator = AcceptanceEstimator()
    let (guess, sure) = (chain([.init()]), chain([.init(probability: 0.99)]))
    for _ in 0..<300 {
      estimator.observe(judgement(guess, accepted: 0, isRejected: true))
      estimator.observe(judgement(sure, accepted: 1, isRejected: false))
    }
    #expect(estimator.probability(of: 0, in: guess) < 0.2)
    #expect(estimator.probability(of: 0, in: sure) > 0.8)
  }

  @Test("the cost rule weighs no time for what is drafted while the target computes anyway")
  func meanwhile() {
    var costs = CostModel()
    for rows in 1...20 { costs.set(secondsPerPass: 0.01, rows: rows) }
    costs.set(secondsPerDraftedToken: 0.009)
    for _ in 0..<40 { costs.observeRound(tokenCount: 1, seconds: 0.01) }
    var rule = CostRule()
    let chain = chain([.init(probability: 0.5)])
    let waits = rule.goesOn(after: chain, costs: costs)
    costs.draftsMeanwhile = true
    let goesOn = rule.goesOn(after: chain, costs: costs)
    #expect(!waits && goesOn)
  }

  @Test("a draft whose probabilities are not numbers teaches nothing that spoils what comes after")
  func notANumber() {
    var estimator = AcceptanceEstimator(usesHead: true)
    let broken = chain([.init(probability: .nan), .init(probability: .nan, previousAcceptance: .nan)])
    for _ in 0..<10 { estimator.observe(judgement(broken, accepted: 1, isRejected: true)) }
    let (sure, unsure) = (chain([.init(probability: 0.99)]), chain([.init(probability: 0.01)]))
    #expect((0...1).contains(estimator.probability(of: 0, in: broken)))
    #expect(estimator.probability(of: 0, in: sure) > estimator.probability(of: 0, in: unsure))
  }

  @Test("the cost rule ends a chain that the head doubts and goes on with one that it trusts")
  func headCost() {
    var costs = costs
    // 2 ms per further token at 200 tokens/s: it must be accepted with 0.4.
    for _ in 0..<40 { costs.observeRound(tokenCount: 2, seconds: 0.01) }
    let draft = { (acceptance: Float) in
      chain([0, 0.99, acceptance].map { DraftSignals(probability: 0.9, previousAcceptance: $0) })
    }
    var rule = CostRule(usesHead: true)
    for _ in 0..<200 {
      rule.observe(judgement(draft(0.97), accepted: 2, isRejected: false))
      rule.observe(judgement(draft(0.05), accepted: 1, isRejected: true))
    }
    let goesOn = rule.goesOn(after: draft(0.97), costs: costs)
    let goesOnInDoubt = rule.goesOn(after: draft(0.05), costs: costs)
    #expect(goesOn && !goesOnInDoubt)
  }
}
