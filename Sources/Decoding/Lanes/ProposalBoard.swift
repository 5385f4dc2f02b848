import Platform
import TensorTypes

/// Where the two lanes meet: what the target has made final, and what the draft has proposed since.
///
/// Neither lane ever waits for the other here: each holds the lock for some tens of instructions.
///
/// `@unchecked Sendable`: everything but `rejection` is read and written under `lock` only.
final class ProposalBoard: @unchecked Sendable {
  private let lock = Lock()

  // What the target's lane says.
  /// By position; the first `committedCount` are final. Never grows: allocated for the whole context.
  private var tokens: [TokenID]
  private var committedCount = 0
  /// Raised when proposals become void; what is proposed under an older one is dropped.
  private var epoch = 0
  /// How many proposals may wait for the target.
  private var aheadLimit = 0
  /// Length that a sequence with its proposals must not exceed.
  private var lengthLimit = 0
  private var passCount = 0
  private var isTargetBusy = false

  // What the draft's lane says.
  /// One for each position from `committedCount` to `proposedEnd`, at its position modulo their number.
  private var proposals: [(token: TokenID, proposal: Proposal)]
  private var proposedEnd = 0
  private(set) var tally = DraftTally()
  private var stepStart: ContinuousClock.Instant?

  /// Both lanes add what they measure.
  private var sharedCosts = CostModel()

  /// Set when the proposal that is being made has become void.
  let rejection = CancellationFlag()

  init(capacity: Int, proposalCapacity: Int) {
    tokens = .init(repeating: 0, count: capacity)
    proposals = .init(repeating: (0, .point), count: max(1, proposalCapacity))
  }

  var costs: CostModel { withLock { sharedCosts } }

  func updateCosts(_ body: (inout CostModel) -> Void) { withLock { body(&sharedCosts) } }

  private func withLock<Result>(_ body: () -> Result) -> Result { lock.withLock(body) }
}

/// How a target pass ended.
enum PassEnd: Sendable {
  /// Every row tested a proposal and accepted it.
  case allAccepted
  /// The last row had nothing to test: the target's own token follows the accepted ones.
  case bonus
  /// A proposal was replaced.
  case correction
}

/// What the draft's lane did in a generation.
struct DraftTally: Sendable {
  /// Tokens proposed, also those that were void by then.
  var proposedCount = 0
  /// Steps that a rejection ended before they were through.
  var cancelledCount = 0
  /// Time spent in steps that are over.
  var busy = Duration.zero
}

/// The target's side.
extension ProposalBoard {
  /// Begins a generation; the draft's lane rests.
  func restart(with sequence: TokenSequence, lengthLimit: Int) {
    withLock {
      for position in 0..<sequence.committedCount { tokens[position] = sequence[position] }
      committedCount = sequence.committedCount
      proposedEnd = committedCount
      epoch += 1
      aheadLimit = 0
      self.lengthLimit = lengthLimit
      tally = DraftTally()
      rejection.reset()
    }
  }

  /// Lets the draft's lane propose until `ahead` proposals wait; 0 lets it rest.
  func allow(ahead: Int) { withLock { aheadLimit = ahead } }

  /// Makes the draft's lane rest as soon as it can: in the middle of a step.
  func interrupt() {
    withLock {
      aheadLimit = 0
      rejection.cancel()
    }
  }

  /// Appends the proposals that are new since the last call.
  func collect(into sequence: TokenSequence) {
    withLock {
      while sequence.count < proposedEnd {
        let (token, proposal) = proposals[sequence.count % proposals.count]
        sequence.propose(token, as: proposal)
      }
    }
  }

  /// Says what has become final.
  func announce(_ sequence: TokenSequence, after end: PassEnd) {
    withLock {
      while committedCount < sequence.committedCount {
        tokens[committedCount] = sequence[committedCount]
        committedCount += 1
      }
      guard end != .allAccepted else { return }
      epoch += 1
      proposedEnd = committedCount
      // What a draft computes while a bonus is committed, it needs all the same: the step reads what is before that.
      if end == .correction { rejection.cancel() }
    }
  }

  /// - Returns: Time that the draft has computed until `instant`, now.
  func beginPass(at instant: ContinuousClock.Instant) -> Duration {
    withLock {
      passCount += 1
      isTargetBusy = true
      return busy(at: instant)
    }
  }

  /// - Returns: Time that the draft has computed until `instant`, now.
  func endPass(at instant: ContinuousClock.Instant) -> Duration {
    withLock {
      passCount += 1
      isTargetBusy = false
      return busy(at: instant)
    }
  }

  private func busy(at instant: ContinuousClock.Instant) -> Duration {
    tally.busy + (stepStart.map { max(.zero, instant - $0) } ?? .zero)
  }
}

/// The draft's side.
extension ProposalBoard {
  /// What the draft's lane needs to know before a step.
  struct Permit: Sendable {
    /// Number of proposals that became final, whether the one after those was replaced, and whether all are void.
    var confirmedCount = 0
    var isRejected = false
    /// Number of first tokens of the sequence that are what they were.
    var validCount = 0
    /// Number of tokens that the target made since.
    var newTokenCount = 0
    var mayPropose = false
    var epoch = 0
    var passCount = 0
    var isTargetBusy = false
    var costs = CostModel()
  }

  /// Brings the draft's sequence up to what is final.
  /// - Parameter epoch: That of the last permit.
  func catchUp(_ sequence: TokenSequence, epoch oldEpoch: Int) -> Permit {
    withLock {
      var permit = Permit()
      let (oldCount, oldCommittedCount) = (sequence.count, sequence.committedCount)
      rejection.reset()
      (permit.confirmedCount, permit.isRejected) = sequence.follow(tokens, upTo: committedCount)
      if epoch != oldEpoch { sequence.truncate(to: committedCount) }
      permit.validCount =
        permit.isRejected ? oldCommittedCount + permit.confirmedCount : min(oldCount, sequence.count)
      permit.newTokenCount = max(0, committedCount - permit.validCount)
      permit.mayPropose =
        sequence.proposalCount < min(aheadLimit, sequence.proposalCapacity) && sequence.count < lengthLimit
      (permit.epoch, permit.passCount, permit.isTargetBusy) = (epoch, passCount, isTargetBusy)
      permit.costs = sharedCosts
      return permit
    }
  }

  func beginStep(at instant: ContinuousClock.Instant) { withLock { stepStart = instant } }

  /// Ends a step that proposed the last token of `sequence`, or, if it is nil, nothing.
  func endStep(
    proposing sequence: TokenSequence?, from start: ContinuousClock.Instant, to end: ContinuousClock.Instant,
    under permit: Permit
  ) {
    withLock {
      stepStart = nil
      tally.busy += end - start
      guard let sequence else { return }
      tally.proposedCount += 1
      if permit.newTokenCount <= 1 {
        let isSame = permit.passCount == passCount
        sharedCosts.observeDraft(
          seconds: (end - start) / .seconds(1), isOverlapped: isSame ? isTargetBusy : nil)
      }
      let position = sequence.count - 1
      guard permit.epoch == epoch && position == proposedEnd else { return }
      proposals[position % proposals.count] = (sequence[position], sequence.proposal(at: position))
      proposedEnd += 1
    }
  }

  func noteCancelledStep() { withLock { tally.cancelledCount += 1 } }
}
