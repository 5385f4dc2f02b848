import CoreLayouts
import Foundation
import Topology

/// What `nacre topology` says, for people: a tree of packages, nodes, cores and caches, at most 100 columns wide.
struct TopologyPicture {
  private let topology: MachineTopology
  private let report: TopologyReport
  private static let width = 100

  init(_ topology: MachineTopology, _ report: TopologyReport) {
    (self.topology, self.report) = (topology, report)
  }

  var text: String {
    let sections = [
      headline, topology.packages.flatMap(package) + memoryOnlyNodes, distances, limits, layouts,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var headline: [String] {
    let counts = [
      count(topology.packages.count, "package"), count(topology.nodes.count, "node"),
      count(topology.cores.count, "core"), count(topology.onlineCPUs.count, "CPU"),
    ]
    let kernels = report.kernelLevel.map { ["kernels \($0)"] } ?? []
    return [
      topology.processorName?.printable() ?? "unknown processor", (counts + kernels).joined(separator: ", "),
    ]
  }

  private func package(_ package: Int) -> [String] {
    let cores = topology.cores.filter { $0.package == package }
    let nodes = topology.nodes.filter { node in cores.contains { $0.node == node.number } }
    return ["package \(package)"]
      + branches(nodes.map { node in self.node(node, cores.filter { $0.node == node.number }) })
  }

  private func node(_ node: MemoryNode, _ cores: [PhysicalCore]) -> [String] {
    let kinds = [CoreKind.performance, .efficiency].map { kind in cores.filter { $0.kind == kind } }
    let children =
      kinds.filter { !$0.isEmpty }.flatMap(coreLines) + cacheLines(of: CPUSet(cores.flatMap(\.cpus)))
    return ["node \(node.number)" + memory(of: node)] + branches(children.map(wrapped))
  }

  private func memory(of node: MemoryNode) -> String {
    guard let total = node.totalBytes else { return "" }
    let free = node.freeBytes.map { ", \(ModelReport.size($0)) free" } ?? ""
    return ": \(ModelReport.size(total))\(free)" + (node.isAllowed ? "" : ", closed to this process")
  }

  /// Cores of one kind, in groups with as many CPUs each.
  private func coreLines(_ cores: [PhysicalCore]) -> [String] {
    let kind = !topology.isHybrid ? "" : cores[0].kind == .performance ? "fast " : "slow "
    return Set(cores.map(\.cpus.count)).sorted(by: >).map { size in
      let group = cores.filter { $0.cpus.count == size }
      let layers = (0..<size).map { layer in ranges(CPUSet(group.map { $0.cpus[layer] })) }
      let name = group.count == 1 ? "core" : "cores"
      let siblings = size == 1 ? "" : " with \(size) CPUs each"
      return
        "\(group.count) \(kind)\(name)\(siblings): \(layers.joined(separator: " and "))\(speed(of: group))"
    }
  }

  private func speed(of cores: [PhysicalCore]) -> String {
    let frequencies = cores.compactMap { topology.cpu($0.cpus[0])?.maximumFrequency }
    guard let most = frequencies.max() else { return "" }
    return String(format: ", up to %.1f GHz", Double(most) / 1e9)
  }

  /// The caches that hold data and are shared by several cores, or are the last; equal ones in one line.
  private func cacheLines(of cpus: CPUSet) -> [String] {
    let last = Set(topology.lastLevelCaches)
    let caches = topology.caches.filter { cache in
      guard cache.content != .instruction, !cache.cpus.intersection(cpus).isEmpty else { return false }
      return last.contains(cache) || !cache.cpus.isSubset(of: topology.core(of: cache.cpus[0])?.cpus ?? [])
    }
    struct Kind: Hashable { let level: Int, bytes: Int? }
    let kinds = Dictionary(grouping: caches) { Kind(level: $0.level, bytes: $0.bytes) }
    return kinds.sorted { ($0.key.level, $0.key.bytes ?? 0) < ($1.key.level, $1.key.bytes ?? 0) }.map {
      kind, caches in
      let size = kind.bytes.map { " of \(ModelReport.size($0))" } ?? ""
      let number = caches.count == 1 ? "L\(kind.level)" : "\(caches.count) L\(kind.level)"
      // A cache may reach beyond the node; what lies here counts.
      let shared = caches.map { ranges($0.cpus.intersection(cpus)) }
      return "\(number)\(size): \(shared.joined(separator: " | "))"
    }
  }

  private var memoryOnlyNodes: [String] {
    topology.nodes.filter(\.cpus.isEmpty).map { "node \($0.number), only memory" + memory(of: $0) }
  }

  private var distances: [String] {
    let nodes = topology.nodes
    guard nodes.count > 1 else { return [] }
    let cell = { (value: Int) in String(repeating: " ", count: max(0, 5 - "\(value)".count)) + "\(value)" }
    return ["distances" + nodes.map { cell($0.number) }.joined()]
      + nodes.map { from in
        "   node\(String(format: "%2d", from.number))"
          + nodes.map { cell(from.distances[$0.number]!) }.joined()
      }
  }

  private var limits: [String] {
    var lines: [String] = []
    let (allowed, offline) = (topology.allowedCPUs, topology.offlineCPUs)
    if !offline.isEmpty { lines.append("offline: \(offline)") }
    lines.append(allowed == topology.onlineCPUs ? "usable: all CPUs" : "usable: \(allowed)")
    if let cpuset = topology.cpuset, cpuset != allowed { lines.append("cpuset: \(cpuset)") }
    if let quota = topology.budget.quota {
      let threads = count(topology.budget.cpuCount, "thread")
      lines.append("quota: \(String(format: "%g", quota)) CPUs, kept busy by \(threads)")
    }
    return lines.flatMap(wrapped)
  }

  private var layouts: [String] {
    var lines = describe(report.layout, title: "layout")
    if topology.nodes.count > 1 {
      let names = { (nodes: [Int]) in nodes.map(String.init).joined(separator: "+") }
      let draft =
        report.layout.draft.isEmpty ? "" : ", of the draft on node \(names(report.layout.draftNodes))"
      lines.append("  memory of the target on node \(names(report.layout.targetNodes))\(draft)")
    }
    if !report.alternatives.isEmpty { lines.append("others that may be faster") }
    return lines + report.alternatives.flatMap { describe($0, title: " ") }
  }

  private func describe(_ layout: TopologyReport.Layout, title: String) -> [String] {
    wrapped("\(title) \(layout.text)") + ["    \(layout.reason)"]
  }

  /// Children under their parent's line, joined to it by lines.
  private func branches(_ children: [[String]]) -> [String] {
    children.enumerated().flatMap { index, lines in
      let isLast = index == children.count - 1
      return lines.enumerated().map { line, text in
        (line == 0 ? (isLast ? "└ " : "├ ") : isLast ? "  " : "│ ") + text
      }
    }
  }

  /// A long line in several, broken after commas and bars, the rest indented.
  private func wrapped(_ line: String) -> [String] {
    // Room for two levels of branches.
    let limit = Self.width - 4
    var lines: [String] = []
    var rest = Substring(line)
    while rest.count > limit {
      let head = rest.prefix(limit)
      guard let end = head.lastIndex(of: "|") ?? head.lastIndex(of: ",") else { break }
      lines.append((lines.isEmpty ? "" : "  ") + head[...end])
      rest = rest[rest.index(after: end)...].drop { $0 == " " }
    }
    return lines + [(lines.isEmpty ? "" : "  ") + rest]
  }

  /// Such as `0-3,8`; numbers with the same step between them as `0,2…38`.
  private func ranges(_ cpus: CPUSet) -> String {
    if let first = cpus.first, let last = cpus.last, cpus.count > 4 {
      let step = cpus[1] - first
      if step > 1, Array(stride(from: first, through: last, by: step)) == cpus.numbers {
        return "\(first),\(cpus[1])…\(last)"
      }
    }
    return "\(cpus)"
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
