/// The machine as the kernel describes it: cores, their kinds, the caches and the memory that they share, and which part
/// of it this process may use.
public struct MachineTopology: Sendable, Hashable {
  /// The processor's name; nil where the kernel does not say.
  public let processorName: String?
  /// All that are present, by number; at least one, and at least one of them allowed.
  public let cpus: [LogicalCPU]
  /// Online cores by their first CPU's number: each online CPU is in one of them.
  public let cores: [PhysicalCore]
  /// NUMA nodes by number, at least one: each online CPU is in one of them.
  public let nodes: [MemoryNode]
  /// By level, content and first CPU.
  public let caches: [ProcessorCache]
  /// The CPUs that a cgroup confines this process to; nil when none does. The affinity mask has no others.
  public let cpuset: CPUSet?
  /// The affinity mask and the cgroup's quota of time.
  public let budget: CPUBudget

  /// What this process may run on, ascending.
  public var allowedCPUs: CPUSet { CPUSet(budget.allowedCPUs) }
  public var onlineCPUs: CPUSet { CPUSet(cpus.lazy.filter(\.isOnline).map(\.number)) }
  public var offlineCPUs: CPUSet { CPUSet(cpus.lazy.filter { !$0.isOnline }.map(\.number)) }

  /// Numbers of the packages with a core that is online, ascending.
  public var packages: [Int] { Set(cores.map(\.package)).sorted() }

  /// Whether cores of both kinds are online.
  public var isHybrid: Bool { Set(cores.map(\.kind)).count > 1 }

  /// The CPU of that number; nil when there is none.
  public func cpu(_ number: Int) -> LogicalCPU? { cpus.first { $0.number == number } }

  /// The node of that number; nil when there is none.
  public func node(_ number: Int) -> MemoryNode? { nodes.first { $0.number == number } }

  /// The core that has the CPU; nil when it is offline.
  public func core(of cpu: Int) -> PhysicalCore? { cores.first { $0.cpus.contains(cpu) } }

  /// The outermost caches that hold data, by first CPU: cores that share one share what they read.
  ///
  /// Empty where the kernel describes no caches.
  public var lastLevelCaches: [ProcessorCache] {
    let data = caches.filter { $0.content != .instruction }
    var levels: [Int: Int] = [:]
    for cache in data { for cpu in cache.cpus { levels[cpu] = max(levels[cpu] ?? 0, cache.level) } }
    return data.filter { cache in cache.cpus.contains { levels[$0] == cache.level } }
      .sorted { $0.cpus[0] < $1.cpus[0] }
  }

  /// Nodes where memory for work on these CPUs is nearest, ascending: their own, or the next that has any.
  public func memoryNodes(for cpus: CPUSet) -> [Int] {
    let homes = nodes.filter { !$0.cpus.intersection(cpus).isEmpty }
    let nearest = homes.compactMap { home in
      nodes.filter { $0.hasMemory && $0.isAllowed }
        .min { (home.distances[$0.number]!, $0.number) < (home.distances[$1.number]!, $1.number) }
    }
    return Set(nearest.map(\.number)).sorted()
  }
}
