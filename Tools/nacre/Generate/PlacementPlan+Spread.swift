import Inference
import Topology

extension PlacementPlan {
  /// Positions of a cache that room is kept for on the nodes of a lane's threads, before it is known how many there
  /// will be.
  static let expectedContextLength = 4096

  /// Lets more nodes hold a lane's weights where those of its threads have no room for them: the nodes of its other
  /// threads, else the nearest.
  ///
  /// The draft's room is kept first: it is small, and read once for each token that it guesses.
  /// - Parameter room: Bytes that a node can take; nil where the system does not tell.
  /// - Returns: A line for each lane that does not fit, without a full stop.
  mutating func spread(
    target: ModelMemory, draft: ModelMemory?, on topology: MachineTopology, room: (Int) -> Int?
  ) -> [String] {
    var rooms: [Int: Int] = [:]
    for node in topology.nodes where node.hasMemory && node.isAllowed {
      // Rows are cut in groups of 16: some of it stays free.
      rooms[node.number] = room(node.number).map { $0 - $0 / 32 }
    }
    let draftNote = draft.flatMap { self.draft.spread("draft", $0, on: topology, rooms: &rooms) }
    let targetNote = self.target.spread("target", target, on: topology, rooms: &rooms)
    return [targetNote, draftNote].compactMap(\.self)
  }
}

extension PlacementPlan.Lane {
  /// - Parameter rooms: What each node can take; less what the lane takes, afterwards.
  fileprivate mutating func spread(
    _ name: String, _ need: ModelMemory, on topology: MachineTopology, rooms: inout [Int: Int]
  ) -> String? {
    guard let threadNodes else { return nil }
    for node in memory.nodes { rooms[node]? -= need.stateByteCount / memory.nodes.count }
    let threadCounts = Dictionary(grouping: threadNodes) { $0 }.mapValues(\.count)
    let available = rooms.mapValues { max(0, $0) }
    let order = memory.nodes + topology.neighbours(of: memory.nodes)
    let found = WeightSpread(
      need.weightByteCount, threadCounts: threadCounts,
      rooms: order.compactMap { node in
        // Nodes of which nothing is known are not filled, but for the lane's own.
        let byteCount = available[node] ?? (threadCounts[node] == nil ? nil : Int.max)
        return byteCount.map { .init(node: node, byteCount: $0) }
      })
    guard let found else {
      for (node, count) in threadCounts {
        rooms[node]? -= need.weightByteCount / threadNodes.count * count
      }
      return nil
    }
    for part in found.parts { rooms[part.node]? -= part.byteCount }
    memory = LanePlacement(
      nodes: memory.nodes, copiesMappedTensors: memory.copiesMappedTensors, spread: found)
    return note(name, need, available)
  }

  /// What does not fit, and where it goes.
  private func note(_ name: String, _ need: ModelMemory, _ available: [Int: Int]) -> String {
    let mebibytes = { (bytes: Int) in "\((bytes + (1 << 20) - 1) >> 20) MiB" }
    let rooms = memory.nodes.map { node in
      "node \(node)\(available[node].map { ", which has room for \(mebibytes($0))" } ?? "")"
    }
    let parts = memory.spread!.parts.map { "\(mebibytes($0.byteCount)) on node \($0.node)" }
    return "\(mebibytes(need.weightByteCount)) of \(name) weights do not fit on "
      + "\(rooms.joined(separator: " and ")): \(parts.joined(separator: ", "))"
  }
}

extension MachineTopology {
  /// The other nodes, nearest to any of `nodes` first.
  fileprivate func neighbours(of nodes: [Int]) -> [Int] {
    let homes = self.nodes.filter { nodes.contains($0.number) }
    let distance = { (node: MemoryNode) in homes.compactMap { $0.distances[node.number] }.min() ?? .max }
    return self.nodes.filter { !nodes.contains($0.number) }
      .sorted { (distance($0), $0.number) < (distance($1), $1.number) }.map(\.number)
  }
}
