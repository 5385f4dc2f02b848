import Inference
import TensorTypes

extension Scheduler {
  /// The accept rule of every mode, PEARL's included.
  ///
  /// A pass over k pending tokens has k + 1 rows. Rows 0…k−1 test the pending tokens; row k tests the first token that
  /// was drafted meanwhile (PEARL: k = 0 is pre-verify, k = γ−1 post-verify). If nothing was drafted meanwhile, row k
  /// has nothing to test and yields a bonus token (plain speculation; k = 0 is autoregressive decoding).
  ///
  /// The first rejection ends the pass: the correction is committed and all later proposals are void. If all rows
  /// accept, the remaining drafted tokens are the next pass's pending tokens.
  ///
  /// As soon as a rejection is known, whatever the draft's lane is doing is interrupted.
  /// - Parameter awaitsDraft: Whether row k waits for the first token that is being drafted.
  /// - Returns: Why generation ends, or nil.
  func judgePass(
    pendingCount: Int, awaitsDraft: Bool, limits: GenerationLimits, receive: (CommittedToken) -> Continuation
  ) -> StopReason? {
    for rowIndex in 0...pendingCount {
      if sequence.proposalCount == 0 {
        if awaitsDraft { waitForDraft() }
        if draftJob != nil { board.collect(into: sequence) }
      }
      let position = sequence.committedCount
      let row = TargetRow(logits: target.logits(row: rowIndex), history: sequence.tokens(0..<position))
      guard sequence.proposalCount > 0 else {
        return endPass(commit(verifier.choose(row), limits: limits, receive: receive), .bonus)
      }
      telemetry.testedCount += 1
      result.testedCount += 1
      telemetry.testedCountByDepth[min(chainDepth, telemetry.testedCountByDepth.count - 1)] += 1
      switch verifier.judge(sequence[position], proposedAs: sequence.proposal(at: position), against: row) {
      case .accepted:
        if let reason = commitProposal(limits: limits, receive: receive) {
          return endPass(reason, .allAccepted)
        }
      case .rejected(let correction):
        // Who is waited for begins nothing new.
        if awaitsDraft && draftJob != nil { board.allow(ahead: 0) }
        return endPass(commit(correction, limits: limits, receive: receive), .correction)
      }
    }
    return endPass(nil, .allAccepted)
  }

  /// Rolls the target's cache back to all committed tokens but the last, and tells the draft's lane.
  private func endPass(_ reason: StopReason?, _ end: PassEnd) -> StopReason? {
    target.rollBack(to: sequence.committedCount - 1)
    guard let draftJob else { return reason }
    if board.announce(sequence, after: end) { board.collect(into: sequence) }
    if !isDrafting { draftJob.isAtEnd = false }
    return reason
  }

  private func commitProposal(
    limits: GenerationLimits, receive: (CommittedToken) -> Continuation
  ) -> StopReason? {
    sequence.commitProposal()
    telemetry.acceptedCount += 1
    result.acceptedCount += 1
    telemetry.acceptedCountByDepth[min(chainDepth, telemetry.acceptedCountByDepth.count - 1)] += 1
    chainDepth += 1
    return announceLast(.acceptedDraft, limits: limits, receive: receive)
  }

  private func commit(
    _ token: TokenID, limits: GenerationLimits, receive: (CommittedToken) -> Continuation
  ) -> StopReason? {
    sequence.commit(token)
    chainDepth = 0
    return announceLast(.target, limits: limits, receive: receive)
  }

  /// Hands the newest committed token out, and looks whether it is the last.
  private func announceLast(
    _ origin: CommittedToken.Origin, limits: GenerationLimits, receive: (CommittedToken) -> Continuation
  ) -> StopReason? {
    telemetry.committedCount += 1
    result.committedCount += 1
    let position = sequence.committedCount - 1
    let token = sequence[position]
    let wish = receive(CommittedToken(id: token, position: position, origin: origin))
    if !limits.ignoresEndTokens && limits.endTokens.contains(token) { return .endToken(token) }
    if wish == .stop { return .stoppedByReceiver }
    if telemetry.committedCount == limits.maximumTokenCount { return .maximumTokenCount }
    return sequence.committedCount == sequence.capacity ? .contextFull : nil
  }
}
