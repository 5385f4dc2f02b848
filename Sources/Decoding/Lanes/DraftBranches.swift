import TensorTypes

/// Drafts what would follow other first tokens, while the target's pass tests the first token of a chain that goes no
/// further for now.
///
/// Used by the draft's lane; `restart` while it is idle.
final class DraftBranches {
  private let drafter: any BranchingDrafter
  private let board: ProposalBoard
  /// Most branches.
  private let count: Int
  /// The final tokens and one branch.
  private let sequence: TokenSequence
  private var signals: [DraftSignals]

  /// - Parameters:
  ///   - count: Most branches, in `1...DraftAlternatives.largestCount`.
  ///   - capacity: Largest number of tokens of a sequence.
  init(drafter: any BranchingDrafter, board: ProposalBoard, count: Int, capacity: Int) {
    (self.drafter, self.board, self.count) = (drafter, board, count)
    drafter.alternativeCount = count
    sequence = TokenSequence(capacity: capacity, proposalCapacity: ProposalBranches.longest + 1)
    signals = .init(repeating: DraftSignals(), count: count * ProposalBranches.longest)
  }

  func restart(with prompt: [TokenID]) { _ = sequence.restart(with: prompt) }

  /// What is known about the `index`-th token behind the first of branch `rank`.
  func signals(_ rank: Int, _ index: Int) -> DraftSignals { signals[rank * ProposalBranches.longest + index] }

  /// Drafts branches until all are as long as they may be, or the pass is over.
  /// - Parameter epoch: That of the chain beside which they are.
  /// - Returns: Whether this was the time for it: something else may be to do now.
  func draft(epoch: Int, telling needs: DraftSignals.Needs) -> Bool {
    guard let start = board.beginBranches(sequence, epoch: epoch) else { return false }
    var rank = 0
    while rank < count, let first = drafter.alternative(rank, at: start),
      draft(rank, behind: first, at: start, telling: needs)
    { rank += 1 }
    // What a branch left in a cache is no part of the chain.
    if drafter.alternative(0, at: start) != nil { drafter.forget(from: start) }
    board.endBranches()
    return true
  }

  /// - Returns: Whether another branch is worth drafting.
  private func draft(
    _ rank: Int, behind first: TokenID, at start: Int, telling needs: DraftSignals.Needs
  ) -> Bool {
    sequence.truncate(to: start)
    drafter.forget(from: start)
    sequence.propose(first, as: .point)
    guard board.openBranch(with: first) else { return false }
    for index in 0..<min(board.branchLength(from: start), max(0, drafter.sequenceLimit - start - 1)) {
      board.beginStep()
      let step = drafter.stepOnBranch(sequence, telling: needs, unless: board.rejection)
      board.endStep()
      guard let step else {
        board.noteCancelledStep()
        return false
      }
      signals[rank * ProposalBranches.longest + index] = step
      board.noteBranchToken()
      guard board.continueBranch(sequence) else { return false }
    }
    return true
  }
}
