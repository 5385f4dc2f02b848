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
  /// - Returns: Why generation ends, or nil.
  func judgePass(
    pendingCount: Int, limits: GenerationLimits, receive: (CommittedToken) -> Continuation
  ) -> StopReason? {
    for rowIndex in 0...pendingCount {
      let position = sequence.committedCount
      let row = TargetRow(logits: target.logits(row: rowIndex), history: sequence.tokens(0..<position))
      guard sequence.proposalCount > 0 else {
        return endPass(commit(verifier.choose(row), limits: limits, receive: receive), keeping: position)
      }
      telemetry.testedCount += 1
      switch verifier.judge(sequence[position], proposedAs: sequence.proposal(at: position), against: row) {
      case .accepted:
        if let reason = commitProposal(limits: limits, receive: receive) {
          return endPass(reason, keeping: sequence.committedCount)
        }
      case .rejected(let correction):
        return endPass(commit(correction, limits: limits, receive: receive), keeping: position)
      }
    }
    return endPass(nil, keeping: sequence.count)
  }

  /// Rolls both caches back: the target's to all committed tokens but the last, the draft's to the positions that kept
  /// their tokens.
  private func endPass(_ reason: StopReason?, keeping validCount: Int) -> StopReason? {
    target.rollBack(to: sequence.committedCount - 1)
    drafter?.forget(from: validCount)
    return reason
  }

  private func commitProposal(
    limits: GenerationLimits, receive: (CommittedToken) -> Continuation
  ) -> StopReason? {
    sequence.commitProposal()
    telemetry.acceptedCount += 1
    return announceLast(.acceptedDraft, limits: limits, receive: receive)
  }

  private func commit(
    _ token: TokenID, limits: GenerationLimits, receive: (CommittedToken) -> Continuation
  ) -> StopReason? {
    sequence.commit(token)
    return announceLast(.target, limits: limits, receive: receive)
  }

  /// Hands the newest committed token out, and looks whether it is the last.
  private func announceLast(
    _ origin: CommittedToken.Origin, limits: GenerationLimits, receive: (CommittedToken) -> Continuation
  ) -> StopReason? {
    telemetry.committedCount += 1
    let position = sequence.committedCount - 1
    let token = sequence[position]
    let wish = receive(CommittedToken(id: token, position: position, origin: origin))
    if !limits.ignoresEndTokens && limits.endTokens.contains(token) { return .endToken(token) }
    if wish == .stop { return .stoppedByReceiver }
    if telemetry.committedCount == limits.maximumTokenCount { return .maximumTokenCount }
    return sequence.committedCount == sequence.capacity ? .contextFull : nil
  }
}
