import TensorTypes

extension TokenSequence {
  /// Takes over tokens that have become final elsewhere, and drops the proposals that they do not confirm.
  /// - Parameters:
  ///   - tokens: By position; those from `committedCount` to `end` are read.
  ///   - end: At least `committedCount`.
  /// - Returns: Number of proposals that became final, and whether the proposal after those was another token.
  func follow(_ tokens: [TokenID], upTo end: Int) -> (confirmedCount: Int, isRejected: Bool) {
    precondition(end >= committedCount, "final tokens stay final")
    let old = committedCount
    while committedCount < min(end, count) && self[committedCount] == tokens[committedCount] {
      commitProposal()
    }
    let confirmedCount = committedCount - old
    let isRejected = committedCount < min(end, count)
    while committedCount < end { commit(tokens[committedCount]) }
    return (confirmedCount, isRejected)
  }
}
