import CPlatform
import SystemPackage

/// On which NUMA nodes memory is asked to be. Asked before its first touch: that is when pages are made.
public enum MemoryPlacement: Sendable, Hashable {
  /// Wherever the system puts it; as a rule on the node of the thread that touches it first.
  case anywhere
  /// On this node. Where the node has no room for all of it, the rest is elsewhere, and `PlacementProblem` says so.
  case bind(node: Int)
  /// Page by page on each of these nodes in turn.
  case interleave(nodes: [Int])

  /// One node is bound to, several are interleaved, none is anywhere.
  public init(nodes: [Int]) {
    switch nodes.count {
    case 0: self = .anywhere
    case 1: self = .bind(node: nodes[0])
    default: self = .interleave(nodes: nodes)
    }
  }

  /// The nodes asked for; empty: anywhere.
  public var nodes: [Int] {
    switch self {
    case .anywhere: []
    case .bind(let node): [node]
    case .interleave(let nodes): nodes
    }
  }
}

/// Why memory may not be where it was asked to be. It can be used all the same.
public enum PlacementProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system did not take the wish: no such node, no NUMA support, or forbidden (as in some containers).
  case refused(MemoryPlacement, Errno)
  /// The node has no room for all of it.
  case nodeTooSmall(node: Int, byteCount: Int, availableByteCount: Int)

  public var description: String {
    switch self {
    case .refused(let placement, let error): "\(placement) was refused: \(error)"
    case .nodeTooSmall(let node, let byteCount, let available):
      "node \(node) has no room for \(byteCount >> 20) MiB more, with \(available >> 20) MiB available"
    }
  }
}

extension MemoryPlacement: CustomStringConvertible {
  public var description: String {
    switch self {
    case .anywhere: "anywhere"
    case .bind(let node): "node \(node)"
    case .interleave(let nodes): "interleaved over nodes \(nodes.map(String.init).joined(separator: ", "))"
    }
  }
}

extension MemoryPlacement {
  /// Asks the system to place a fresh mapping.
  /// - Returns: What stands in the way, if anything does, and the share of a node that the mapping holds.
  func apply(
    to start: UnsafeMutableRawPointer, byteCount: Int
  ) -> (problem: PlacementProblem?, reservation: NodeReservation?) {
    switch self {
    case .anywhere: return (nil, nil)
    case .interleave: return (apply(policy: CPLATFORM_INTERLEAVE, to: start, byteCount: byteCount), nil)
    case .bind(let node):
      // A strict wish gets memory that the node uses for cached files, where a mild one would go elsewhere at once. But
      // it is fatal where it cannot be met.
      guard let memory = NodeMemory(node: node) else {
        return (apply(policy: CPLATFORM_PREFER, to: start, byteCount: byteCount), nil)
      }
      if let reservation = NodeReservation(node: node, byteCount: byteCount, memory: memory) {
        return (apply(policy: CPLATFORM_BIND, to: start, byteCount: byteCount), reservation)
      }
      let refusal = apply(policy: CPLATFORM_PREFER, to: start, byteCount: byteCount)
      let tooSmall = PlacementProblem.nodeTooSmall(
        node: node, byteCount: byteCount, availableByteCount: memory.availableByteCount)
      return (refusal ?? tooSmall, nil)
    }
  }

  private func apply(policy: Int, to start: UnsafeMutableRawPointer, byteCount: Int) -> PlacementProblem? {
    let nodes = nodes.map { Int32(clamping: $0) }
    let error = cplatform_place_memory(start, byteCount, Int32(policy), nodes, Int32(nodes.count))
    return error == 0 ? nil : .refused(self, Errno(rawValue: error))
  }
}
