import TensorTypes

/// Branches: drafted while a pass tests the first proposal of a chain, and taken up if that is replaced by theirs.
extension ProposalBoard {
  /// Brings a sequence for branches up to what is final.
  /// - Parameter epoch: That of the last permit.
  /// - Returns: Position of the token that is being tested; nil if this is not the time for branches.
  func beginBranches(_ sequence: TokenSequence, epoch: Int) -> Int? {
    withLock {
      guard mayBranch && epoch == self.epoch else { return nil }
      mayBranch = false
      isBranching = true
      _ = sequence.follow(tokens, upTo: committedCount)
      sequence.truncate(to: committedCount)
      branches.restart(at: committedCount, epoch: epoch)
      return committedCount
    }
  }

  func endBranches() { withLock { isBranching = false } }

  /// - Returns: Whether it is still worth anything.
  func openBranch(with first: TokenID) -> Bool {
    withLock {
      guard branches.epoch == epoch && branches.start == committedCount else { return false }
      branches.open(first)
      return true
    }
  }

  /// Continues the newest branch by the last token of `sequence`.
  /// - Returns: Whether it is still worth anything.
  func continueBranch(_ sequence: TokenSequence) -> Bool {
    withLock {
      guard branches.epoch == epoch && branches.start == committedCount else { return false }
      branches.append(sequence[sequence.count - 1])
      return true
    }
  }

  func noteBranchToken() { withLock { tally.branchTokenCount += 1 } }

  /// Most tokens behind a first token at `start`.
  func branchLength(from start: Int) -> Int {
    withLock { max(0, min(ProposalBranches.longest, proposals.count, lengthLimit - start - 1)) }
  }

  /// The branch of the newest final token. Called with the lock held, before the epoch is raised.
  func branchOfCorrection() -> Int? {
    guard branches.epoch == epoch, branches.start == committedCount - 1 else { return nil }
    return branches.rank(of: tokens[committedCount - 1])
  }

  /// Makes a branch the proposals that wait. Called with the lock held.
  func takeUpBranch(_ rank: Int) {
    for index in 0..<branches.length(rank) {
      proposals[proposedEnd % proposals.count] = (branches.token(rank, index), .point)
      proposedEnd += 1
    }
    takenUp = (rank, epoch)
    tally.proposedCount += branches.length(rank)
    tally.takenUpCount += branches.length(rank)
  }
}
