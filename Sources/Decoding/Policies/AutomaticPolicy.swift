/// Chooses among the target alone, drafting before verifying and drafting while verifying whatever gives the most tokens
/// per second, and changes its mind as the text and the machine do.
///
/// The way in use is judged by what it really gives, the more the longer it is in use, the others by `SpeedForecast` at
/// the measured times and the acceptance of late, corrected by how right the forecast was when they were last in use.
/// Another way is taken only if it promises clearly more, and tried again only after ever longer intervals if it did not
/// keep the promise. While the target works alone, the draft now and then reads what was written: that shows when it is
/// worth asking again. A new text is expected to be as texts are, harder or easier in the beginning than later.
public struct AutomaticPolicy: LengthPolicy {
  /// A way to schedule the lanes.
  public enum Way: String, Sendable, CaseIterable {
    case autoregressive = "ar"
    case speculative = "sd"
    case freeRunning = "pearl"
  }

  let longest: Int
  let log: ChoiceLog?
  var acceptance: TextAcceptance
  private var records: [WayRecord]
  var way = Way.autoregressive
  var draftLength = 1
  var plan = FreeRunningPlan(ahead: 1)
  var isNewChain = true
  var tokenCount = 0
  var tokensUntilChoice = 0
  var reviews = ReviewSchedule()
  private var trials = TextTrials()
  var hasChosen = false
  /// Since the last pass.
  private var chainSeconds = 0.0
  /// Whether the way in use has not come to a pass yet.
  var isFirstRound = true

  /// What a review leaves of the weight of what was known before.
  private static let rememberedShare = 0.25

  /// - Parameters:
  ///   - longest: Most tokens drafted before or during a pass, at least 1.
  ///   - agreement: Of the pair in earlier texts; nil: nothing is known.
  ///   - log: Hears of every choice.
  public init(longest: Int = 16, agreement: PairAgreement? = nil, log: ChoiceLog? = nil) {
    precondition(longest >= 1, "something is drafted")
    (self.longest, self.log) = (longest, log)
    acceptance = TextAcceptance(agreement)
    records = Way.allCases.map { WayRecord($0) }
  }

  /// What became known of the pair.
  var agreement: PairAgreement { acceptance.agreement }

  public var maximumProposalCount: Int { 2 * longest }

  public mutating func begin() {
    acceptance.begin(asIfUnknown: hasChosen && trials.begin(isAlone: way == .autoregressive))
    (tokensUntilChoice, isNewChain) = (0, true)
    (chainSeconds, isFirstRound) = (0, true)
    // What it gave, it gave for another text.
    self[way].enter()
    // The draft has read the prompt.
    reviews.begin()
  }

  public mutating func next(_ view: RoundView, costs: CostModel) -> Action {
    if tokensUntilChoice <= 0 && (isNewChain || view.pendingCount == 0) {
      choose(costs, hasStopRule: view.hasStopRule)
    }
    switch way {
    case .autoregressive:
      return reviews.isDue && view.draftRoom > 0 ? .review : .verify
    case .speculative:
      return view.pendingCount == 0 && view.draftRoom > 0 ? .draft(draftLength) : .verify
    case .freeRunning: return plan.action(view, isNewChain: isNewChain)
    }
  }

  public mutating func observe(_ result: RoundResult, costs: CostModel) {
    // No part of the way's own speed.
    if result.action == .review { return learn(from: result.agreement, after: result.seconds) }
    acceptance.add(
      accepted: result.acceptedCount, tested: result.testedCount, written: result.committedCount)
    chainSeconds += result.seconds
    if result.rowCount > 0 {
      // With the first draft a model catches up on all that the target wrote alone.
      if way == .autoregressive || !isFirstRound {
        self[way].add(result, seconds: chainSeconds)
      }
      (chainSeconds, isFirstRound) = (0, false)
    }
    reviews.pass(tokenCount: result.committedCount, seconds: result.seconds)
    tokenCount += result.committedCount
    tokensUntilChoice -= result.committedCount
    isNewChain = result.rowCount > 0 && result.acceptedCount < result.committedCount
  }

  private mutating func learn(from agreement: RoundResult.Agreement?, after seconds: Double) {
    let tested = agreement?.tested ?? 0
    reviews.end(after: seconds, isAnswered: tested > 0)
    tokensUntilChoice = 0
    if let agreement, tested > 0 {
      // The last look was long ago.
      acceptance.review(
        agreed: agreement.agreed, of: tested, leaving: Self.rememberedShare)
    } else {
      // Nobody can tell but by trying, in the end.
      acceptance.doubt()
    }
  }

  subscript(way: Way) -> WayRecord {
    get { records[way == .autoregressive ? 0 : way == .speculative ? 1 : 2] }
    set { records[way == .autoregressive ? 0 : way == .speculative ? 1 : 2] = newValue }
  }
}
