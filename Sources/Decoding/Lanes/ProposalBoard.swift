import Platform
import TensorTypes

/// Where the two lanes meet: what the target has made final, and what the draft has proposed since.
///
/// Neither lane ever waits for the other here: each holds the lock for some tens of instructions.
///
/// `@unchecked Sendable`: everything but `rejection` is read and written under `lock` only.
final class ProposalBoard: @unchecked Sendable {
  let lock = Lock()
  /// Read under the lock: what happens here has one order, in time as well.
  let clock = ContinuousClock()

  // What the target's lane says.
  /// By position; the first `committedCount` are final. Never grows: allocated for the whole context.
  var tokens: [TokenID]
  var committedCount = 0
  /// Raised when proposals become void; what is proposed under an older one is dropped.
  var epoch = 0
  /// How many proposals may wait for the target.
  var aheadLimit = 0
  /// Length that a sequence with its proposals must not exceed.
  var lengthLimit = 0
  var passCount = 0
  var isTargetBusy = false

  // What the draft's lane says.
  /// One for each position from `committedCount` to `proposedEnd`, at its position modulo their number.
  var proposals: [(token: TokenID, proposal: Proposal)]
  var proposedEnd = 0
  var tally = DraftTally()
  var stepStart: ContinuousClock.Instant?
  /// Written by the draft's lane, taken up by the target's.
  var branches: ProposalBranches
  var isBranching = false
  /// Whether the pass that begins or runs tests the first proposal of a chain, and nobody has begun branches.
  var mayBranch = false
  /// Whether a chain that begins now may have branches.
  var wantsAlternatives = false
  /// The branch that became the proposals of an epoch.
  var takenUp = (rank: 0, epoch: -1)

  /// Both lanes add what they measure.
  var sharedCosts = CostModel()

  /// Set when the proposal that is being made has become void.
  let rejection = CancellationFlag()

  /// - Parameter branchCapacity: Most branches beside a chain.
  init(capacity: Int, proposalCapacity: Int, branchCapacity: Int) {
    branches = ProposalBranches(capacity: branchCapacity)
    tokens = .init(repeating: 0, count: capacity)
    proposals = .init(repeating: (0, .point), count: max(1, proposalCapacity))
  }

  var costs: CostModel { withLock { sharedCosts } }

  func updateCosts(_ body: (inout CostModel) -> Void) { withLock { body(&sharedCosts) } }

  func withLock<Result>(_ body: () -> Result) -> Result { lock.withLock(body) }
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
  /// Tokens drafted on branches, and those of branches that were taken up.
  var branchTokenCount = 0
  var takenUpCount = 0
  /// Steps that a rejection ended before they were through.
  var cancelledCount = 0
  /// Time spent in steps that are over.
  var busy = Duration.zero
}
