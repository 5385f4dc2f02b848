/// Where the heads of a small model lie in a bigger one with groups of another size.
///
/// Query heads that share a KV head must share one in the big model too. Where a group of the small model is larger
/// than one of the big model, its KV head is placed several times.
struct HeadPlacement {
  let query: AxisPlacement
  let keyValue: AxisPlacement

  /// KV heads that the small model takes in the big one.
  static func neededCount(headCount: Int, keyValueHeadCount: Int, groupSize: Int) -> Int {
    let sourceGroup = headCount / keyValueHeadCount
    return keyValueHeadCount * ((sourceGroup + groupSize - 1) / groupSize)
  }

  /// - Precondition: Counts divide, and the big model has the KV heads that are needed.
  init(
    headCount: Int, keyValueHeadCount: Int, inHeads wideHeadCount: Int, keyValueHeads wideKeyValueCount: Int,
    headSize: Int
  ) {
    let sourceGroup = headCount / keyValueHeadCount
    let group = wideHeadCount / wideKeyValueCount
    var queryRuns: [AxisPlacement.Run] = []
    var keyValueRuns: [AxisPlacement.Run] = []
    for head in 0..<keyValueHeadCount {
      for first in stride(from: 0, to: sourceGroup, by: group) {
        let place = keyValueRuns.count
        let used = min(group, sourceGroup - first)
        queryRuns.append(
          .init(
            source: (head * sourceGroup + first) * headSize, start: place * group * headSize,
            count: used * headSize))
        // New heads that see old values.
        queryRuns.append(
          .init(source: nil, start: (place * group + used) * headSize, count: (group - used) * headSize))
        keyValueRuns.append(.init(source: head * headSize, start: place * headSize, count: headSize))
      }
    }
    query = AxisPlacement(count: wideHeadCount * headSize, runs: queryRuns)
    keyValue = AxisPlacement(count: wideKeyValueCount * headSize, runs: keyValueRuns)
  }
}
