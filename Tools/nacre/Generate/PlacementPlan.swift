import ArgumentParser
import Inference
import Topology

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

  let copiesMappedTensors: Bool

  /// The same for other threads. Weights that the same nodes hold stay as they are.
  func moved(to threads: ThreadPlan, on topology: MachineTopology) -> PlacementPlan {
    var plan = PlacementPlan(threads, on: topology, copiesMappedTensors: copiesMappedTensors)
    if plan.target.memory.nodes == target.memory.nodes { plan.target.memory = target.memory }
    if plan.draft.memory.nodes == draft.memory.nodes { plan.draft.memory = draft.memory }
    return plan
  }

  /// Memory near the threads' CPUs; anywhere on a machine with one node.
  /// - Parameter copiesMappedTensors: Whether matrices that are used from a file's pages move, too.
  init(_ threads: ThreadPlan, on topology: MachineTopology, copiesMappedTensors: Bool) {
    self.copiesMappedTensors = copiesMappedTensors
    guard topology.nodes.count(where: \.hasMemory) > 1 else { return }
    let lane = { (cpus: [Int]) in
      let nodes = cpus.compactMap { topology.memoryNodes(for: [$0]).first }
      // A CPU without a node is one that went offline since; the thread cannot be there either.
      guard !cpus.isEmpty, nodes.count == cpus.count else { return Lane() }
      let memory = LanePlacement(
        nodes: Set(nodes).sorted(), copiesMappedTensors: copiesMappedTensors)
      return Lane(threadNodes: nodes, memory: memory)
    }
    target = lane(threads.targetCPUs)
    draft = lane(threads.draftCPUs)
  }
}

/// What may not be moved to where it is used.
struct PlacementOptions: ParsableArguments {
  @Flag(
    name: .customLong("no-copy"),
    help:
      "Leaves matrices that a file holds ready for use in the file's cache, on whatever NUMA node that is.")
  var leavesMapped = false
}
