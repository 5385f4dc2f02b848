import SystemPackage

extension MachineTopology {
  /// The machine and this process's share of it, now.
  ///
  /// Files that are missing or make no sense are replaced by what is likeliest: one package, one node, cores without
  /// siblings, no limits.
  /// - Parameter root: Where `proc` and `sys` are found. Another folder than `/` describes another machine; its
  ///   affinity mask is then that of `proc/self/status`.
  public static func current(root: FilePath = "/") -> MachineTopology {
    MachineTopology(SystemTree(root: root))
  }

  init(_ tree: SystemTree) {
    let mask = tree.affinityMask
    var online = tree.list("sys/devices/system/cpu/online") ?? mask
    if online.isEmpty { online = mask.isEmpty ? [0] : mask }
    let present = (tree.list("sys/devices/system/cpu/present") ?? online).union(online)
    var allowed = mask.intersection(online)
    if allowed.isEmpty { allowed = online }

    let nodes = tree.memoryNodes(online: online)
    var nodeOfCPU: [Int: Int] = [:]
    for node in nodes { for cpu in node.cpus { nodeOfCPU[cpu] = node.number } }
    let capacities = tree.capacities(of: online)
    let efficient = tree.efficientCPUs(of: online, capacities: capacities)
    let cpus = present.map { number in
      let isOnline = online.contains(number)
      return LogicalCPU(
        number: number, isOnline: isOnline, isAllowed: allowed.contains(number),
        package: isOnline ? tree.cpuNumber(number, "topology/physical_package_id") ?? 0 : 0,
        node: nodeOfCPU[number] ?? nodes[0].number,
        kind: efficient.contains(number) ? .efficiency : .performance, capacity: capacities[number],
        maximumFrequency: isOnline ? tree.maximumFrequency(of: number) : nil)
    }
    let cores = tree.cores(of: cpus.filter(\.isOnline))
    let limits = CgroupLimits(tree)
    self.init(
      processorName: tree.processorName, cpus: cpus, cores: cores,
      nodes: nodes, caches: tree.caches(of: cores), cpuset: limits.cpuset,
      budget: CPUBudget(allowedCPUs: allowed.numbers, quota: limits.quota))
  }
}
