import Platform
import TensorTypes

/// Drafting as a job, so that it can run on the draft lane. One object, reused for every run.
///
/// It drafts until the board allows no more, the stop rule ends the chain, or nothing comes to the drafter's mind.
final class DraftJob: Job {
  private let drafter: any Drafter
  /// Read by others while the lane is idle.
  private(set) var rule: any StopRule
  private let board: ProposalBoard
  private let sequence: TokenSequence
  /// Nil: a chain has one first token.
  private let branches: DraftBranches?
  private let clock = ContinuousClock()
  private var chain: DraftChain
  private var epoch = 0

  /// What the next `run` does; set while the lane is idle.
  enum Task {
    case prepare(CancellationFlag?)
    case draft
    case review
  }
  var task = Task.draft

  /// When and where the last `run` was; read while the lane is idle.
  private(set) var start: ContinuousClock.Instant
  private(set) var end: ContinuousClock.Instant
  private(set) var cpu: Int?
  /// Number of tokens that the last `run` proposed.
  private(set) var proposedCount = 0
  /// Whether the chain goes no further until the target has judged some of it; read and changed while the lane is idle.
  var isAtEnd = false
  /// Whether the rule ended the chain that is judged next.
  private var wasStopped = false
  /// What the last `review` found.
  private(set) var agreement: (agreed: Int, tested: Int)?

  init(
    drafter: any Drafter, rule: any StopRule, board: ProposalBoard, sequence: TokenSequence,
    branches: DraftBranches?
  ) {
    (self.drafter, self.rule, self.board, self.sequence) = (drafter, rule, board, sequence)
    self.branches = branches
    chain = DraftChain(capacity: sequence.proposalCapacity + 1)
    start = clock.now
    end = start
  }

  /// Makes `prompt` the sequence that the drafter continues. Called while the lane is idle.
  func restart(with prompt: [TokenID]) {
    let known = min(sequence.restart(with: prompt), prompt.count - 1)
    drafter.forget(from: known)
    branches?.restart(with: prompt)
    chain.removeAll()
    (isAtEnd, wasStopped) = (false, false)
  }

  func run() {
    start = clock.now
    proposedCount = 0
    switch task {
    case .prepare(let cancellation): drafter.prepare(sequence, cancellation: cancellation)
    case .draft:
      repeat {
        while let permit = permit(), propose(under: permit) {}
      } while branches?.draft(epoch: epoch, telling: rule.needs) == true
    case .review:
      _ = catchUp()
      agreement = drafter.review(sequence)
    }
    end = clock.now
    cpu = currentCPU()
  }

  /// - Returns: Nil if there is nothing to propose now.
  private func permit() -> ProposalBoard.Permit? {
    let permit = catchUp()
    guard permit.mayPropose else { return nil }
    isAtEnd = chain.count > 0 && !rule.goesOn(after: chain, costs: permit.costs)
    wasStopped = isAtEnd
    return isAtEnd ? nil : permit
  }

  /// Takes over what the target has made final, and lets the rule know what became of the chain.
  private func catchUp() -> ProposalBoard.Permit {
    let permit = board.catchUp(sequence, epoch: epoch)
    let judgement = ChainJudgement(
      chain: chain, acceptedCount: permit.confirmedCount, isRejected: permit.isRejected,
      wasStopped: wasStopped)
    if judgement.testedCount > 0 {
      rule.observe(judgement)
      wasStopped = false
    }
    if let (rank, confirmedCount) = permit.takenUp {
      chain.removeAll()
      for index in 0..<sequence.proposalCount {
        chain.append(branches?.signals(rank, confirmedCount + index) ?? DraftSignals())
      }
    } else if sequence.proposalCount == 0 {
      chain.removeAll()
    } else {
      chain.removeFirst(permit.confirmedCount)
    }
    drafter.forget(from: permit.validCount)
    epoch = permit.epoch
    return permit
  }

  private func propose(under permit: ProposalBoard.Permit) -> Bool {
    board.beginStep()
    let needs = permit.wantsAlternatives ? rule.needs.union(.alternatives) : rule.needs
    let signals = drafter.step(sequence, telling: needs, unless: board.rejection)
    board.endStep(proposing: signals, isFirst: chain.count == 0, on: sequence, under: permit)
    guard let signals else {
      if board.rejection.isCancelled {
        board.noteCancelledStep()
        return true
      }
      isAtEnd = true
      return false
    }
    chain.append(signals)
    proposedCount += 1
    return true
  }
}
