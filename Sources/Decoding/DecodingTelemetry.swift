/// What one generation did and how long it took. Counters are stored, rates are derived.
///
/// Reading the prompt counts in `prefill` only.
public struct DecodingTelemetry: Equatable, Sendable {
  /// Number of tokens generated.
  public internal(set) var committedCount = 0
  /// Number of tokens drafted for the target to judge.
  public internal(set) var proposedCount = 0
  /// Number of tokens drafted behind other first tokens than the likeliest.
  public internal(set) var branchTokenCount = 0
  /// Number of those that became proposals, because the target's own token was that first token; counted in
  /// `proposedCount`, too.
  public internal(set) var takenUpCount = 0
  /// Number of drafted tokens that the target judged.
  public internal(set) var testedCount = 0
  /// Number of drafted tokens that became output.
  public internal(set) var acceptedCount = 0
  /// Number of target passes.
  public internal(set) var targetPassCount = 0
  /// Number of draft passes that were ended in the middle, because a verdict or, on a branch, a pass's end made them void.
  public internal(set) var cancelledCount = 0
  /// Element d: number of judged tokens that d drafted tokens in a row came before (since the target's last own token);
  /// the last element counts all that are deeper.
  public internal(set) var testedCountByDepth: [Int]
  /// The same for accepted tokens.
  public internal(set) var acceptedCountByDepth: [Int]
  /// Element n: number of target passes with n rows (n − 1 pending tokens).
  public internal(set) var passCountByRows: [Int]
  /// Element n: time of those passes.
  public internal(set) var passTimeByRows: [Duration]

  /// Time to read the prompt, both lanes.
  public internal(set) var prefill = Duration.zero
  /// Time from the end of the prefill to the last token.
  public internal(set) var decode = Duration.zero
  /// The part of `decode` in which the target computed.
  public internal(set) var targetBusy = Duration.zero
  /// The part of `decode` in which the draft computed.
  public internal(set) var draftBusy = Duration.zero
  /// The part of `decode` in which both computed.
  public internal(set) var overlapped = Duration.zero

  init(maximumRowCount: Int) {
    passCountByRows = .init(repeating: 0, count: maximumRowCount + 1)
    passTimeByRows = .init(repeating: .zero, count: maximumRowCount + 1)
    testedCountByDepth = .init(repeating: 0, count: Self.depthCount)
    acceptedCountByDepth = testedCountByDepth
  }

  mutating func add(_ tally: DraftTally) {
    proposedCount += tally.proposedCount
    branchTokenCount += tally.branchTokenCount
    takenUpCount += tally.takenUpCount
    cancelledCount += tally.cancelledCount
    draftBusy += tally.busy
  }

  /// Depths that are told apart.
  static let depthCount = 32

  /// Number of draft passes; one per drafted token, and those cancelled.
  public var draftPassCount: Int { proposedCount - takenUpCount + branchTokenCount + cancelledCount }

  /// α by depth: accepted per judged token, nil where none was judged.
  public var acceptanceRateByDepth: [Double?] {
    zip(acceptedCountByDepth, testedCountByDepth).map { Self.ratio($0, $1) }
  }

  /// Number of drafted tokens thrown away, judged or not.
  public var wastedCount: Int { proposedCount - takenUpCount + branchTokenCount - acceptedCount }

  /// α: accepted per judged token, in `0...1`; nil if none was judged.
  public var acceptanceRate: Double? { Self.ratio(acceptedCount, testedCount) }

  /// Tokens generated per target pass; nil if there was no pass.
  public var tokensPerTargetPass: Double? { Self.ratio(committedCount, targetPassCount) }

  /// Tokens generated per second of `decode`; nil if no time passed.
  public var tokensPerSecond: Double? {
    decode > .zero ? Double(committedCount) / (decode / .seconds(1)) : nil
  }

  /// The part of `decode` in which the target did not compute.
  public var targetIdle: Duration { max(.zero, decode - targetBusy) }

  /// The part of `decode` in which the draft did not compute.
  public var draftIdle: Duration { max(.zero, decode - draftBusy) }

  /// Share of `decode` in which neither lane computed: sampling, judging, handing over, the receiver.
  public var overheadShare: Double? {
    decode > .zero ? (decode - targetBusy - draftBusy + overlapped) / decode : nil
  }

  private static func ratio(_ part: Int, _ whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
  }
}

/// When and where a lane computed: what proves that the lanes ran at the same time.
public struct PassInterval: Equatable, Sendable {
  public enum Lane: Equatable, Sendable {
    case target
    case draft
  }

  public let lane: Lane
  /// Since the start of the generation.
  public let start: Duration
  public let end: Duration
  /// The CPU at the end of the interval, if known.
  public let cpu: Int?
  /// Rows of a target pass; consecutive one-token passes of a draft. 0 for reading the prompt.
  public let tokenCount: Int
}
