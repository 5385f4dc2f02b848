/// How many bytes of a lane's weights each node holds, where the nodes of its threads have too little memory.
///
/// Every matrix is cut in this proportion, as it is where threads are on several nodes.
public struct WeightSpread: Sendable, Equatable {
  /// Bytes on one NUMA node.
  public struct NodeBytes: Sendable, Equatable {
    public let node: Int
    public let byteCount: Int

    public init(node: Int, byteCount: Int) {
      (self.node, self.byteCount) = (node, byteCount)
    }
  }

  /// Ascending by node; none is 0 bytes.
  public let parts: [NodeBytes]

  /// Nil where each node has room for its threads' part, and where all nodes together have no room.
  /// - Parameters:
  ///   - byteCount: Of all weights.
  ///   - threadCounts: Of the nodes where the lane has threads: it shares its weights out in this proportion.
  ///   - rooms: What each node can take; those without threads in the order in which they are filled.
  public init?(_ byteCount: Int, threadCounts: [Int: Int], rooms: [NodeBytes]) {
    var (left, isEven) = (byteCount, true)
    var parts: [Int: Int] = [:]
    var homes = rooms.filter { threadCounts[$0.node] != nil }
    while left > 0, !homes.isEmpty {
      let threads = homes.reduce(0) { $0 + threadCounts[$1.node]! }
      let share = { [left] (home: NodeBytes) in
        let (whole, rest) = left.quotientAndRemainder(dividingBy: threads)
        return whole * threadCounts[home.node]! + rest * threadCounts[home.node]! / threads
      }
      let full = homes.filter { share($0) > $0.byteCount }
      if full.isEmpty {
        // What rounding leaves over, less than a byte for each thread, is the first one's.
        for home in homes { parts[home.node] = share(home) }
        parts[homes[0].node]! += left - homes.reduce(0) { $0 + share($1) }
        left = 0
      }
      for home in full { parts[home.node] = home.byteCount }
      left -= full.reduce(0) { $0 + $1.byteCount }
      homes.removeAll { full.contains($0) }
      isEven = isEven && full.isEmpty
    }
    for room in rooms where threadCounts[room.node] == nil {
      parts[room.node] = min(left, room.byteCount)
      left -= min(left, room.byteCount)
    }
    if left > 0 || isEven { return nil }
    self.parts = parts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      .map { NodeBytes(node: $0.key, byteCount: $0.value) }
  }
}
