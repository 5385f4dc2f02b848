import Inference
import Platform
import Sampling
import TensorTypes

/// Who runs when: drives a target and a drafter through the actions of a policy and commits what the verifier accepts.
///
/// The calling thread is the target lane. The draft lane is another thread if there is one; without it (one CPU, shared
/// cores) the same actions run one lane after the other and give the same text.
///
/// Between rounds: the target's cache holds all committed tokens but the last, the drafter's a prefix of the sequence.
/// Both are rolled back by length. A round allocates nothing. A scheduler is used by one thread at a time.
public final class Scheduler {
  let target: any CausalModel
  let drafter: (any Drafter)?
  let verifier: any Verifier
  var policy: any LengthPolicy
  let lane: LaneThread?
  /// The target's; the draft's lane has one of its own.
  let sequence: TokenSequence
  let board: ProposalBoard
  let draftJob: DraftJob?
  let hasStopRule: Bool
  let clock = ContinuousClock()
  /// Whether the draft's lane has something to do.
  var isDrafting = false

  var telemetry: DecodingTelemetry
  var origin: ContinuousClock.Instant
  /// Length that the sequence with its proposals must not exceed in this generation.
  var lengthLimit = 0
  /// Drafted tokens in a row before the next position, since the target's last own token.
  var chainDepth = 0
  /// Of the round that runs.
  var result = RoundResult(.verify)
  /// What happened since the last target pass.
  var roundTokenCount = 0
  var roundSeconds = 0.0

  /// Every stretch of computing of the last generation, in the order of their ends' notice; empty unless `recordsTrace`.
  public internal(set) var trace: [PassInterval] = []
  /// Keeps `trace`, at the price of memory per round.
  public var recordsTrace = false

  /// Most first tokens of a chain that can be continued.
  public static let largestCandidateCount = DraftAlternatives.largestCount + 1

  /// - Parameters:
  ///   - target: Owned by the scheduler from now on: nobody else may run it. Its cache is emptied.
  ///   - drafter: Made for `verifier.proposalMethod`; nil: the target alone, whatever the policy says.
  ///   - rule: Ends chains of proposals before the policy's limit.
  ///   - costs: As measured before; nothing: they are learnt on the way.
  ///   - candidateCount: First tokens of a chain that are continued, the most likely one included, while a pass tests the
  ///     first one and the draft's own lane has nothing else to do; at least 1.
  ///   - lane: The thread that drafts; nil: the calling thread.
  public init(
    target: any CausalModel, drafter: (any Drafter)?, verifier: any Verifier, policy: any LengthPolicy,
    rule: any StopRule = UnlimitedRule(), costs: CostModel = CostModel(), candidateCount: Int = 1,
    lane: LaneThread?
  ) {
    precondition((1...Self.largestCandidateCount).contains(candidateCount), "few first tokens")
    self.target = target
    self.drafter = drafter
    self.verifier = verifier
    self.policy = policy
    self.lane = lane
    let proposalCapacity = drafter == nil ? 0 : policy.maximumProposalCount
    let capacity = target.contextLength
    sequence = TokenSequence(capacity: capacity, proposalCapacity: proposalCapacity)
    let branchCount = lane == nil || drafter?.branching == nil ? 0 : candidateCount - 1
    board = ProposalBoard(
      capacity: capacity, proposalCapacity: proposalCapacity, branchCapacity: branchCount)
    draftJob = drafter.map { [board] in
      DraftJob(
        drafter: $0, rule: rule, board: board,
        sequence: TokenSequence(capacity: capacity + 1, proposalCapacity: proposalCapacity + 1),
        branches: branchCount == 0
          ? nil
          : $0.branching.map {
            DraftBranches(drafter: $0, board: board, count: branchCount, capacity: capacity + 1)
          })
    }
    hasStopRule = rule.endsChains
    board.updateCosts {
      $0 = costs
      $0.takesTurns = lane == nil
    }
    telemetry = DecodingTelemetry(maximumRowCount: proposalCapacity + 1)
    origin = clock.now
    target.rollBack(to: 0)
  }

  /// Continues `prompt`, handing each token to `receive` as soon as it is committed.
  ///
  /// What the prompt shares with the sequence of the last call is not computed again.
  /// - Parameters:
  ///   - prompt: At least one token; a lone BOS will do.
  ///   - cancellation: Looked at once per round.
  ///   - receive: Called on the calling thread. Nothing uncommitted ever reaches it.
  /// - Throws: `promptTooLong`, `tokenOutsideVocabulary`.
  public func generate(
    after prompt: [TokenID], limits: GenerationLimits = .init(), cancellation: CancellationFlag? = nil,
    receive: (CommittedToken) -> Continuation
  ) throws(DecodingError) -> GenerationResult {
    try check(prompt)
    start(prompt, limits: limits)
    if let reason = reasonBeforeFirstToken(limits) {
      return GenerationResult(stopReason: reason, telemetry: telemetry, costs: board.costs)
    }
    prefill(cancellation)
    let decodeStart = clock.now
    var reason: StopReason?
    while reason == nil {
      reason = cancellation?.isCancelled == true ? .cancelled : round(limits: limits, receive: receive)
    }
    if isDrafting { board.interrupt() }
    waitForDraft()
    telemetry.decode = clock.now - decodeStart
    telemetry.add(board.tally)
    return GenerationResult(stopReason: reason ?? .cancelled, telemetry: telemetry, costs: board.costs)
  }

  private func check(_ prompt: [TokenID]) throws(DecodingError) {
    precondition(!prompt.isEmpty, "a prompt has at least one token")
    guard prompt.count <= target.contextLength else {
      throw .promptTooLong(tokenCount: prompt.count, contextLength: target.contextLength)
    }
    for (position, token) in prompt.enumerated() where token < 0 || token >= target.vocabularyCount {
      throw .tokenOutsideVocabulary(
        token: token, position: position, vocabularyCount: target.vocabularyCount)
    }
  }

  private func start(_ prompt: [TokenID], limits: GenerationLimits) {
    origin = clock.now
    telemetry = DecodingTelemetry(maximumRowCount: sequence.proposalCapacity + 1)
    trace.removeAll(keepingCapacity: true)
    let known = min(sequence.restart(with: prompt), prompt.count - 1)
    target.rollBack(to: min(known, target.cachedCount))
    draftJob?.restart(with: prompt)
    policy.begin()
    chainDepth = 0
    let room = target.contextLength - prompt.count
    let end = prompt.count + min(room, limits.maximumTokenCount ?? room)
    // One place is kept for the row that follows the last pending token.
    lengthLimit = min(end - 1, drafter?.sequenceLimit ?? 0)
    board.restart(with: sequence, lengthLimit: lengthLimit)
  }

  private func reasonBeforeFirstToken(_ limits: GenerationLimits) -> StopReason? {
    if limits.maximumTokenCount == 0 { return .maximumTokenCount }
    return sequence.committedCount == target.contextLength ? .contextFull : nil
  }
}
