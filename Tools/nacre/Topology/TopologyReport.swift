import CoreLayouts
import Topology

/// What `nacre topology` says, for machines. Sets of CPUs are written as the kernel does: `0-3,8`.
struct TopologyReport: Encodable {
  struct CPU: Encodable {
    let number: Int
    let online: Bool
    let allowed: Bool
    let package: Int
    let node: Int
    let kind: String
    let capacity: Int?
    /// In hertz.
    let maximumFrequency: Int?
  }

  struct Core: Encodable {
    let cpus: String
    let package: Int
    let node: Int
    let kind: String
  }

  struct Node: Encodable {
    let number: Int
    let cpus: String
    let totalBytes: Int?
    let freeBytes: Int?
    let allowed: Bool
    /// By node, in the order of `nodes`.
    let distances: [Int]
  }

  struct Cache: Encodable {
    let level: Int
    let content: String
    let bytes: Int?
    let cpus: String
  }

  struct Layout: Encodable {
    /// As `--layout` takes it.
    let text: String
    let reason: String
    let target: [Int]
    let draft: [Int]
    /// Nodes whose memory is nearest.
    let targetNodes: [Int]
    let draftNodes: [Int]
  }

  let processorName: String?
  /// Of the kernels that would run; nil for another machine's description.
  let kernelLevel: String?
  let machineIdentity: String
  let cpus: [CPU]
  let cores: [Core]
  let nodes: [Node]
  let caches: [Cache]
  let allowedCPUs: String
  let offlineCPUs: String
  let cpuset: String?
  /// In CPUs.
  let quota: Double?
  let layout: Layout
  /// Others that may be the fastest.
  let alternatives: [Layout]

  init(_ topology: MachineTopology, choice: LayoutCandidate, use: LayoutUse, kernelLevel: String?) {
    processorName = topology.processorName
    self.kernelLevel = kernelLevel
    machineIdentity = topology.machineIdentity
    cpus = topology.cpus.map(CPU.init)
    cores = topology.cores.map {
      Core(cpus: "\($0.cpus)", package: $0.package, node: $0.node, kind: $0.kind.rawValue)
    }
    nodes = topology.nodes.map { node in
      Node(
        number: node.number, cpus: "\(node.cpus)", totalBytes: node.totalBytes, freeBytes: node.freeBytes,
        allowed: node.isAllowed, distances: topology.nodes.map { node.distances[$0.number]! })
    }
    caches = topology.caches.map {
      Cache(level: $0.level, content: $0.content.rawValue, bytes: $0.bytes, cpus: "\($0.cpus)")
    }
    allowedCPUs = "\(topology.allowedCPUs)"
    offlineCPUs = "\(topology.offlineCPUs)"
    cpuset = topology.cpuset.map { "\($0)" }
    quota = topology.budget.quota
    layout = Layout(choice, topology)
    alternatives = topology.sensibleLayouts(for: use).filter { $0.layout != choice.layout }
      .map { Layout($0, topology) }
  }
}

extension TopologyReport.CPU {
  fileprivate init(_ cpu: LogicalCPU) {
    self.init(
      number: cpu.number, online: cpu.isOnline, allowed: cpu.isAllowed, package: cpu.package, node: cpu.node,
      kind: cpu.kind.rawValue, capacity: cpu.capacity, maximumFrequency: cpu.maximumFrequency)
  }
}

extension TopologyReport.Layout {
  fileprivate init(_ candidate: LayoutCandidate, _ topology: MachineTopology) {
    let layout = candidate.layout
    self.init(
      text: "\(layout)", reason: candidate.reason, target: layout.target.numbers, draft: layout.draft.numbers,
      targetNodes: layout.targetNodes(in: topology), draftNodes: layout.draftNodes(in: topology))
  }
}
