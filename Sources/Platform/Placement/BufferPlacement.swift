import SystemPackage

/// Where memory was asked to be, and where its pages are.
public struct BufferPlacement: Sendable, Equatable {
  /// What the memory is for.
  public let name: String
  public let byteCount: Int
  public let asked: MemoryPlacement
  /// What stood in the way when it was asked for.
  public let problem: PlacementProblem?
  public let census: PageCensus

  public init(
    name: String, byteCount: Int, asked: MemoryPlacement, problem: PlacementProblem? = nil, census: PageCensus
  ) {
    self.name = name
    self.byteCount = byteCount
    self.asked = asked
    self.problem = problem
    self.census = census
  }

  /// Looks at buffers that serve one purpose.
  /// - Parameter buffers: At least one; all asked to be in the same place.
  public init(name: String, of buffers: [AlignedBuffer]) {
    var census = PageCensus()
    for buffer in buffers { census.add(PageCensus(of: buffer.bytes)) }
    self.init(
      name: name, byteCount: buffers.reduce(0) { $0 + $1.byteCount }, asked: buffers[0].placement,
      problem: buffers.lazy.compactMap(\.placementProblem).first, census: census)
  }

  /// Part of the touched pages that may be elsewhere than asked without a word.
  private static let tolerance = 0.01
  /// So many pages of interleaved memory should show on each node, huge pages or not.
  private static let telltalePageCount = 16384

  /// What is not as it was asked to be; nil when all is.
  public var warning: String? {
    if let problem { return "\(name): \(problem)" }
    if asked.nodes.isEmpty || census.touchedCount == 0 && census.problem == nil { return nil }
    if let error = census.problem { return "\(name): asked for \(asked), which cannot be checked: \(error)" }
    let shares = asked.nodes.map { census.share(ofNode: $0) ?? 0 }
    let isElsewhere = shares.reduce(0, +) < 1 - Self.tolerance
    let isUneven =
      census.touchedCount >= Self.telltalePageCount && shares.contains { $0 * Double(shares.count) < 0.5 }
    return isElsewhere || isUneven ? "\(name): asked for \(asked), is \(census)" : nil
  }
}

extension PageCensus: CustomStringConvertible {
  /// Such as "98 % on node 0, 2 % on node 1".
  public var description: String {
    if touchedCount == 0 { return problem.map { "unknown (\($0))" } ?? "untouched" }
    let shares = countByNode.sorted { $0.key < $1.key }.map { node, count in
      "\((100 * count + touchedCount / 2) / touchedCount) % on node \(node)"
    }
    return shares.joined(separator: ", ")
  }
}
