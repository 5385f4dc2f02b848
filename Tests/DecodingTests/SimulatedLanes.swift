import TestSupport

@testable import Decoding

/// Two lanes that exist in time only: passes cost what they are told to, drafts are right with a probability.
struct SimulatedLanes {
  /// T(m) in seconds.
  var pass: (_ rows: Int) -> Double = { 0.010 + 0.0003 * Double($0) }
  var draft = 0.001
  /// How many times as long each takes beside the other.
  var targetSlowdown = 1.0
  var draftSlowdown = 1.0
  var acceptance = 0.8
  /// Seconds that a pass with a draft beside it takes longer than anybody expects.
  var handover = 0.0
  /// How many times as long as it is T(1) is taken for.
  var misjudgement = 1.0
  /// Whether a review finds anything out.
  var isReviewable = true
  /// Whether they are one lane in truth.
  var takesTurns = false
  /// How many drafted tokens a review costs as much as.
  var reviewCost = 3.0
  /// And for each token that the target wrote alone.
  var reviewCostPerToken = 0.0
  var random = SeededGenerator(seed: 1)

  init() {}

  /// - Parameters:
  ///   - speedRatio: c: how many drafted tokens take as long as a pass of one row.
  ///   - slowdown: Of each lane beside the other.
  init(acceptance: Double, speedRatio: Double, slowdown: Double) {
    self.acceptance = acceptance
    draft = pass(1) / speedRatio
    (targetSlowdown, draftSlowdown) = (slowdown, slowdown)
  }

  private(set) var tokenCount = 0
  private(set) var seconds = 0.0
  /// Seconds by action: what the policy spent its time with.
  private(set) var secondsByWay: [AutomaticPolicy.Way: Double] = [:]
  private var pending = 0
  /// Tokens that the draft has not read.
  private var unreadCount = 0

  var costs: CostModel {
    var costs = CostModel()
    costs.takesTurns = takesTurns
    for rows in [1, 2, 3, 4, 6, 8, 12, 16] { costs.set(secondsPerPass: pass(rows), rows: rows) }
    costs.set(secondsPerPass: pass(1) * misjudgement, rows: 1)
    costs.set(secondsPerDraftedToken: draft)
    costs.set(
      targetSlowdown: targetSlowdown, wideTargetSlowdown: targetSlowdown, draftSlowdown: draftSlowdown)
    return costs
  }

  var tokensPerSecond: Double { Double(tokenCount) / seconds }

  /// The draft reads the prompt of the next text.
  mutating func readPrompt() { unreadCount = 0 }

  mutating func forgetTimes() { (tokenCount, seconds, secondsByWay) = (0, 0, [:]) }

  /// Tokens that a stop rule lets pass which knows the acceptance: each must bring more than it costs.
  private func worthwhile(of most: Int) -> Int {
    let rate = tokenCount > 50 ? tokensPerSecond : 1 / pass(1)
    var (number, survival) = (0, 1.0)
    while number < most {
      survival *= acceptance
      if number > 0 && survival < rate * (draft + pass(number + 2) - pass(number + 1)) { break }
      number += 1
    }
    return number
  }

  private mutating func accepts() -> Bool { Double.random(in: 0..<1, using: &random) < acceptance }

  /// Runs a policy for as many tokens.
  mutating func run(_ policy: inout some LengthPolicy, tokens count: Int) {
    let costs = costs
    let end = tokenCount + count
    while tokenCount < end {
      let action = policy.next(RoundView(pendingCount: pending, draftRoom: 32), costs: costs)
      var result = RoundResult(action)
      switch action {
      case .draft(let most):
        let number = worthwhile(of: most)
        result.seconds = Double(number) * draft
        pending += number
        secondsByWay[.speculative, default: 0] += result.seconds
      case .verify: verify(drafting: 0, way: pending == 0 ? .autoregressive : .speculative, &result)
      case .verifyWhileDrafting(let number), .verifyWhileDraftingFreely(let number):
        verify(drafting: number, way: .freeRunning, &result)
      case .review:
        if isReviewable {
          result.agreement = .init(agreed: (0..<32).count { _ in accepts() }, tested: 32)
        }
        result.seconds = (reviewCost + reviewCostPerToken * Double(min(unreadCount, 192))) * draft
        unreadCount = 0
        secondsByWay[.autoregressive, default: 0] += result.seconds
      }
      seconds += result.seconds
      tokenCount += result.committedCount
      unreadCount = pending > 0 ? 0 : unreadCount + result.committedCount
      policy.observe(result, costs: costs)
    }
  }

  private mutating func verify(
    drafting most: Int, way: AutomaticPolicy.Way, _ result: inout RoundResult
  ) {
    result.rowCount = pending + 1
    let alone = pass(pending + 1)
    let step = draft * draftSlowdown
    let drafted = min(most, Int(alone * targetSlowdown / step))
    let drafting = Double(drafted) * step
    result.seconds = drafting + max(0, alone - drafting / targetSlowdown) + (most > 0 ? handover : 0)
    secondsByWay[way, default: 0] += result.seconds
    var rows = pending + (drafted > 0 ? 1 : 0)
    while rows > 0, accepts() {
      result.acceptedCount += 1
      rows -= 1
    }
    result.testedCount = result.acceptedCount + (rows > 0 ? 1 : 0)
    let isThrough = rows == 0 && drafted > 0
    result.committedCount = result.acceptedCount + (isThrough ? 0 : 1)
    pending = isThrough ? drafted - 1 : 0
  }
}
