import Topology

extension MachineTopology {
  /// The layout to use as long as nothing was measured: the first of `sensibleLayouts(for:)`.
  public func preferredLayout(for use: LayoutUse) -> LayoutCandidate { sensibleLayouts(for: use)[0] }

  /// The few layouts that can be the fastest here, likeliest first; at least one, none twice.
  ///
  /// All stay within the affinity mask and the quota, and use one CPU per physical core unless the reason says more.
  public func sensibleLayouts(for use: LayoutUse) -> [LayoutCandidate] {
    let splits = CoreSplits(self)
    let candidates =
      switch use {
      case .targetAlone: splits.groups.map { LayoutCandidate(.target($0.cpus), reason: $0.reason) }
      case .inTurn: splits.groups.map(splits.inTurn)
      case .together: splits.pairs
      }
    var seen: Set<CoreLayout> = []
    return candidates.filter { seen.insert($0.layout).inserted }
  }
}

/// Sensible parts of the cores that may be used.
private struct CoreSplits {
  private let topology: MachineTopology
  /// In the order in which they are given away; as many as threads may be busy.
  private let cores: [UsableCore]
  /// Which cores those are, for people.
  private let name: String

  init(_ topology: MachineTopology) {
    self.topology = topology
    let usable = topology.usableCores
    cores = Array(usable.prefix(topology.plannedThreadCount))
    name =
      switch (cores.count, usable.count) {
      case (1, 1): "the only core"
      case (1, _): "the one core that the quota pays for"
      case (let count, let all) where count < all: "the \(count) cores that the quota pays for"
      default: "all physical cores"
      }
  }

  private func cpus(_ cores: some Sequence<UsableCore>) -> CPUSet { CPUSet(cores.map(\.cpu)) }

  private var fast: [UsableCore] { cores.filter { $0.kind == .performance } }
  private var slow: [UsableCore] { cores.filter { $0.kind == .efficiency } }
  private var nodes: [Int] { Set(cores.map(\.node)).sorted() }

  /// Cores by the outermost cache that they share, in the caches' order.
  private var cacheGroups: [[UsableCore]] {
    Dictionary(grouping: cores.filter { $0.cacheGroup != nil }) { $0.cacheGroup! }
      .sorted { $0.key < $1.key }.map(\.value)
  }

  /// The cores that a quota never throttles, where it pays for another one in part.
  private var unthrottled: [(cpus: CPUSet, reason: String)] {
    let count = topology.budget.unthrottledCount
    guard count < cores.count else { return [] }
    let name = count == 1 ? "the one core" : "the \(count) cores"
    return [(cpus(cores.prefix(count)), "\(name) that the quota pays for in full")]
  }

  /// What models that compute one at a time can run on.
  var groups: [(cpus: CPUSet, reason: String)] {
    var groups = [(cpus: cpus(cores), reason: name)] + unthrottled
    if !fast.isEmpty, !slow.isEmpty {
      groups.append((cpus(fast), "the fast cores: none waits for a slow one"))
    }
    if nodes.count > 1, let node = nodes.first {
      let local = cores.filter { $0.node == node }
      groups.append((cpus(local), "the cores of node \(node): all memory is near"))
    }
    if let siblings { groups.append((siblings, "all CPUs, siblings on the same core included")) }
    return groups
  }

  /// All CPUs that are allowed, if some share a core and the quota pays for all.
  private var siblings: CPUSet? {
    let allowed = topology.allowedCPUs
    return allowed.count > cores.count && allowed.count <= topology.plannedThreadCount ? allowed : nil
  }

  /// Models that compute at the same time, each on its own cores; and at last both in turn, on all and on those that no quota throttles.
  var pairs: [LayoutCandidate] {
    let shared = inTurn((cpus(cores), name))
    guard cores.count > 1 else { return [shared] + siblingPair }
    return kindPair + cachePair(minimumCount: 4) + lastCores + nodePair + cachePair(minimumCount: 2)
      + [shared] + unthrottled.map { inTurn($0) }
  }

  func inTurn(_ group: (cpus: CPUSet, reason: String)) -> LayoutCandidate {
    LayoutCandidate(.shared(group.cpus), reason: "both models in turn on \(group.reason)")
  }

  private func pair(
    _ target: some Sequence<UsableCore>, _ draft: some Sequence<UsableCore>, _ reason: String
  ) -> LayoutCandidate {
    LayoutCandidate(.apart(target: cpus(target), draft: cpus(draft)), reason: reason)
  }

  private var kindPair: [LayoutCandidate] {
    guard !fast.isEmpty, !slow.isEmpty else { return [] }
    return [pair(fast, slow, "the target on the fast cores, the draft on those that save power")]
  }

  private var lastCores: [LayoutCandidate] {
    let one = pair(
      cores.dropLast(), cores.suffix(1), "a core for the draft, which reads little; the others for the target"
    )
    guard cores.count > 3 else { return [one] }
    return [
      one, pair(cores.dropLast(2), cores.suffix(2), "two cores for the draft, the others for the target"),
    ]
  }

  private var nodePair: [LayoutCandidate] {
    guard nodes.count > 1, let last = nodes.last else { return [] }
    return [
      pair(
        cores.filter { $0.node != last }, cores.filter { $0.node == last },
        "each model beside its own memory: the draft on node \(last), the target on the other nodes")
    ]
  }

  /// The draft on the last of at least `minimumCount` groups that share a cache.
  private func cachePair(minimumCount: Int) -> [LayoutCandidate] {
    let groups = cacheGroups
    guard groups.count >= minimumCount, let last = groups.last, groups.contains(where: { $0.count > 1 })
    else {
      return []
    }
    let level = topology.lastLevelCaches[0].level
    return [
      pair(
        groups.dropLast().joined(), last,
        "the draft's weights stay in an L\(level) of its own, which the target does not flush")
    ]
  }

  /// Two CPUs of the only core.
  private var siblingPair: [LayoutCandidate] {
    guard let siblings, siblings.count > 1 else { return [] }
    return [
      LayoutCandidate(
        .apart(target: [siblings[0]], draft: [siblings[1]]),
        reason: "each model on its own half of the only core")
    ]
  }
}
