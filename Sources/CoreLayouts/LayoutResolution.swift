import Topology

extension LayoutRequest {
  /// Holds the request against a machine and this process's share of it.
  ///
  /// Each CPU that is named gets a thread. A node that is named gets one thread per physical core, and fewer where the
  /// cgroup's quota, rounded to nearest, pays for fewer.
  /// - Parameter use: Without a draft, its CPUs are checked all the same, and left out.
  /// - Throws: `LayoutError` for CPUs that are not there, offline, outside the mask or given twice, and for more threads
  ///   than the quota, rounded up, pays for.
  public func resolve(
    on topology: MachineTopology, for use: LayoutUse
  ) throws(LayoutError) -> LayoutCandidate {
    let resolution = LayoutResolution(text: text, topology: topology, use: use)
    return switch form {
    case .automatic: topology.preferredLayout(for: use)
    case .shared(let group): LayoutCandidate(try resolution.shared(group), reason: "as asked for")
    case .apart(let target, let draft):
      LayoutCandidate(try resolution.apart(target, draft), reason: "as asked for")
    }
  }
}

/// One request on one machine.
private struct LayoutResolution {
  let text: String
  let topology: MachineTopology
  let use: LayoutUse

  func shared(_ group: CPUGroup) throws(LayoutError) -> CoreLayout {
    let cpus = try fit(group, cpus(of: group))
    return use == .targetAlone ? .target(cpus) : .shared(cpus)
  }

  func apart(_ targetGroup: CPUGroup, _ draftGroup: CPUGroup?) throws(LayoutError) -> CoreLayout {
    let target = try cpus(of: targetGroup)
    guard let draftGroup else {
      guard use == .targetAlone else { throw error(.noDraft, 0..<text.count) }
      return .target(try fit(targetGroup, target))
    }
    let draft = try cpus(of: draftGroup)
    let overlap = target.intersection(draft)
    if !overlap.isEmpty { throw error(.overlap(overlap), draftGroup.place) }
    if use == .targetAlone { return .target(try fit(targetGroup, target)) }
    // Also models that take turns read the prompt at the same time.
    let counts = try threadCounts((targetGroup, target), (draftGroup, draft))
    return .apart(
      target: topology.first(counts.target, of: target), draft: topology.first(counts.draft, of: draft))
  }

  /// The CPUs that a group names.
  private func cpus(of group: CPUGroup) throws(LayoutError) -> CPUSet {
    var cpus = CPUSet()
    for item in group.items {
      switch item.name {
      case .cpus(let range):
        try check(CPUSet(range), item.place)
        cpus = cpus.union(CPUSet(range))
      case .node(let number): cpus = cpus.union(try node(number, item.place))
      }
    }
    return cpus
  }

  private func check(_ cpus: CPUSet, _ place: Range<Int>) throws(LayoutError) {
    let present = CPUSet(topology.cpus.map(\.number))
    let unknown = cpus.subtracting(present)
    if !unknown.isEmpty { throw error(.unknownCPUs(unknown, present: present), place) }
    let offline = cpus.intersection(topology.offlineCPUs)
    if !offline.isEmpty { throw error(.offline(offline), place) }
    let outside = cpus.subtracting(topology.allowedCPUs)
    if !outside.isEmpty { throw error(.outsideMask(outside, allowed: topology.allowedCPUs), place) }
  }

  /// One CPU of each core of a node.
  private func node(_ number: Int, _ place: Range<Int>) throws(LayoutError) -> CPUSet {
    guard let node = topology.node(number) else {
      throw error(.unknownNode(number, known: CPUSet(topology.nodes.map(\.number))), place)
    }
    if node.cpus.isEmpty { throw error(.nodeWithoutCPUs(number), place) }
    let cpus = CPUSet(topology.coreCPUs).intersection(node.cpus)
    if cpus.isEmpty { throw error(.nodeOutsideMask(number, allowed: topology.allowedCPUs), place) }
    return cpus
  }

  /// CPUs of a model that computes while no other does.
  private func fit(_ group: CPUGroup, _ cpus: CPUSet) throws(LayoutError) -> CPUSet {
    guard group.isExact else { return topology.first(topology.plannedThreadCount, of: cpus) }
    if cpus.count > topology.threadLimit { throw tooMany(cpus.count, group.place) }
    return cpus
  }

  /// Threads of two models that compute at once. A quota cuts what is named by node, in proportion if both are.
  private func threadCounts(
    _ target: (group: CPUGroup, cpus: CPUSet), _ draft: (group: CPUGroup, cpus: CPUSet)
  ) throws(LayoutError) -> (target: Int, draft: Int) {
    let planned = topology.plannedThreadCount
    let sum = target.cpus.count + draft.cpus.count
    var (targetCount, draftCount) = (target.cpus.count, draft.cpus.count)
    if sum > planned {
      switch (target.group.isExact, draft.group.isExact) {
      case (true, true): break
      case (true, false): draftCount = max(1, min(planned - targetCount, draftCount))
      case (false, true): targetCount = max(1, min(planned - draftCount, targetCount))
      case (false, false):
        draftCount = max(1, planned * draftCount / sum)
        targetCount = max(1, min(planned - draftCount, targetCount))
      }
    }
    guard targetCount + draftCount <= topology.threadLimit else {
      throw tooMany(targetCount + draftCount, 0..<text.count)
    }
    return (targetCount, draftCount)
  }

  private func tooMany(_ threadCount: Int, _ place: Range<Int>) -> LayoutError {
    error(.moreThreadsThanQuota(threadCount: threadCount, quota: topology.budget.quota ?? 0), place)
  }

  private func error(_ problem: LayoutError.Problem, _ place: Range<Int>) -> LayoutError {
    LayoutError(problem, in: text, at: place)
  }
}
