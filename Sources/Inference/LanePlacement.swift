import Platform

/// Where the memory of one lane's model is asked to be: weights, cache and scratch.
public struct LanePlacement: Sendable, Equatable {
  /// NUMA nodes, ascending; empty: anywhere.
  ///
  /// One node: everything there. Several, each the home of threads of the lane's team: every matrix is cut, and each
  /// node holds the rows that its threads compute. Several otherwise: weights are interleaved over the nodes. What all
  /// threads share, cache and scratch, is interleaved in both cases.
  public let nodes: [Int]

  /// Whether matrices that a file holds ready for use are copied to the nodes; else they stay where the file is cached.
  public let copiesMappedTensors: Bool

  /// Where weights lie instead, if the nodes have no room for them.
  public let spread: WeightSpread?

  public init(nodes: [Int], copiesMappedTensors: Bool = true, spread: WeightSpread? = nil) {
    self.nodes = Set(nodes).sorted()
    self.copiesMappedTensors = copiesMappedTensors
    self.spread = spread
  }

  public static let anywhere = LanePlacement(nodes: [])

  /// Of memory that all threads of the lane use.
  public var shared: MemoryPlacement { MemoryPlacement(nodes: nodes) }
}
