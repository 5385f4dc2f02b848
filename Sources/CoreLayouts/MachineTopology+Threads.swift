import Topology

extension MachineTopology {
  /// Threads to keep busy where nobody says how many.
  var plannedThreadCount: Int { budget.cpuCount }

  /// Most threads that may be asked for.
  var threadLimit: Int { budget.threadLimit }

  /// Cores that this process may use: fast ones first, then by node, by shared cache and by number.
  var usableCores: [UsableCore] {
    var groups: [Int: Int] = [:]
    for (index, cache) in lastLevelCaches.enumerated() { for cpu in cache.cpus { groups[cpu] = index } }
    let allowed = allowedCPUs
    return cores.compactMap { core in
      core.cpus.first(where: allowed.contains).map {
        UsableCore(cpu: $0, kind: core.kind, node: core.node, cacheGroup: groups[core.cpus[0]])
      }
    }.sorted { $0.rank.lexicographicallyPrecedes($1.rank) }
  }

  /// One CPU per usable core, in the cores' order.
  var coreCPUs: [Int] { usableCores.map(\.cpu) }

  /// At most `count` of `cpus`: those of the first usable cores.
  func first(_ count: Int, of cpus: CPUSet) -> CPUSet {
    if cpus.count <= count { return cpus }
    let onePerCore = coreCPUs.filter(cpus.contains)
    let others = cpus.subtracting(CPUSet(onePerCore))
    return CPUSet((onePerCore + others).prefix(count))
  }
}

/// A core on which this process may have a thread.
struct UsableCore {
  /// The CPU that the thread is put on: the core's first that is allowed.
  let cpu: Int
  let kind: CoreKind
  let node: Int
  /// Which of the outermost caches it reads through; nil where the kernel describes none.
  let cacheGroup: Int?

  fileprivate var rank: [Int] { [kind == .performance ? 0 : 1, node, cacheGroup ?? 0, cpu] }
}
