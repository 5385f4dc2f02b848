import ArgumentParser
import Inference

/// On which NUMA nodes each lane's threads are, and its memory shall be.
struct PlacementPlan: Equatable {
  struct Lane: Equatable {
    /// The node of each thread; nil: it does not matter.
    var threadNodes: [Int]?
    var memory = LanePlacement.anywhere
  }

  var target = Lane()
  var draft = Lane()

  /// Whether anything was asked for.
  var isAskedFor: Bool { !(target.memory.nodes + draft.memory.nodes).isEmpty }
}

/// Where weights and caches are asked to be.
struct PlacementOptions: ParsableArguments {
  @Flag(
    name: .customLong("no-copy"),
    help:
      "Leaves matrices that a file holds ready for use in the file's cache, on whatever NUMA node that is.")
  var leavesMapped = false

  @Option(
    help: ArgumentHelp("NUMA node of each of the target's threads, such as 0,0,1,1.", visibility: .hidden))
  var targetNodes: NodeList?

  @Option(help: ArgumentHelp("NUMA node of each of the draft's threads.", visibility: .hidden))
  var draftNodes: NodeList?

  /// - Throws: `ValidationError` unless there is one node for each thread.
  func plan(_ threads: ThreadPlan) throws -> PlacementPlan {
    PlacementPlan(
      target: try lane(targetNodes, threadCount: threads.targetCPUs.count, option: "--target-nodes"),
      draft: try lane(draftNodes, threadCount: threads.draftCPUs.count, option: "--draft-nodes"))
  }

  private func lane(_ list: NodeList?, threadCount: Int, option: String) throws -> PlacementPlan.Lane {
    guard let nodes = list?.nodes else { return PlacementPlan.Lane() }
    guard nodes.count == threadCount else {
      throw ValidationError("\(option) names \(nodes.count) nodes for \(threadCount) threads.")
    }
    return PlacementPlan.Lane(
      threadNodes: nodes, memory: LanePlacement(nodes: nodes, copiesMappedTensors: !leavesMapped))
  }
}

/// Node numbers separated by commas.
struct NodeList: ExpressibleByArgument {
  let nodes: [Int]

  init?(argument: String) {
    let nodes = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard nodes.allSatisfy({ (0..<1024).contains($0) }) else { return nil }
    self.nodes = nodes
  }
}
