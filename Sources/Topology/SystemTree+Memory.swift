extension SystemTree {
  /// NUMA nodes; one with everything where the kernel knows none. Each CPU in `online` is in exactly one.
  func memoryNodes(online: CPUSet) -> [MemoryNode] {
    let folder = "sys/devices/system/node"
    let listed = list("\(folder)/online") ?? []
    let numbers = CPUSet(listed.lazy.filter { text("\(folder)/node\($0)/cpulist") != nil })
    let allowed = field("Mems_allowed_list", of: "proc/self/status").flatMap { CPUSet(list: $0) }
    var unassigned = online
    var nodes = numbers.map { number in
      let cpus = (list("\(folder)/node\(number)/cpulist") ?? []).intersection(unassigned)
      unassigned = unassigned.subtracting(cpus)
      return MemoryNode(
        number: number, cpus: cpus, totalBytes: nodeMemory(number, "MemTotal"),
        freeBytes: nodeMemory(number, "MemFree"), isAllowed: allowed?.contains(number) ?? true,
        distances: distances(from: number, to: numbers))
    }
    if nodes.isEmpty {
      nodes = [
        MemoryNode(
          number: 0, cpus: [], totalBytes: field("MemTotal", of: "proc/meminfo").flatMap { byteCount($0) },
          freeBytes: field("MemFree", of: "proc/meminfo").flatMap { byteCount($0) }, isAllowed: true,
          distances: [0: 10])
      ]
    }
    // CPUs that no node claims belong to the first.
    if !unassigned.isEmpty { nodes[0] = nodes[0].adding(unassigned) }
    if !nodes.contains(where: \.isAllowed) { nodes = nodes.map { $0.allowed() } }
    return nodes
  }

  /// Bytes of a line such as `Node 0 MemTotal:  24684096 kB`.
  private func nodeMemory(_ node: Int, _ name: String) -> Int? {
    field("Node \(node) \(name)", of: "sys/devices/system/node/node\(node)/meminfo").flatMap { byteCount($0) }
  }

  /// The kernel lists one distance per online node, in the order of their numbers.
  private func distances(from node: Int, to numbers: CPUSet) -> [Int: Int] {
    let listed =
      text("sys/devices/system/node/node\(node)/distance", limit: 65536)?
      .split(whereSeparator: \.isWhitespace).map { Int($0) ?? 0 } ?? []
    var distances: [Int: Int] = [:]
    for (index, other) in numbers.enumerated() {
      let isListed = listed.count == numbers.count && (1...255).contains(listed[index])
      distances[other] = isListed ? listed[index] : other == node ? 10 : 20
    }
    return distances
  }

  /// The caches of all cores, each once. The CPUs of one core have the same, so that one of them is asked.
  func caches(of cores: [PhysicalCore]) -> [ProcessorCache] {
    let online = CPUSet(cores.flatMap(\.cpus))
    var caches: Set<ProcessorCache> = []
    for cpu in cores.map({ $0.cpus[0] }) {
      for index in 0..<16 {
        let folder = "sys/devices/system/cpu/cpu\(cpu)/cache/index\(index)"
        guard let level = number("\(folder)/level") else { break }
        guard
          let content = text("\(folder)/type").flatMap({ ProcessorCache.Content(rawValue: $0.lowercased()) })
        else { continue }
        let sharing = (list("\(folder)/shared_cpu_list") ?? []).intersection(online).union([cpu])
        caches.insert(
          ProcessorCache(
            level: level, content: content, bytes: text("\(folder)/size").flatMap { byteCount($0) },
            cpus: sharing))
      }
    }
    return caches.sorted {
      ($0.level, $0.content.rawValue, $0.cpus[0], $0.cpus.count)
        < ($1.level, $1.content.rawValue, $1.cpus[0], $1.cpus.count)
    }
  }
}

extension MemoryNode {
  fileprivate func adding(_ cpus: CPUSet) -> MemoryNode {
    MemoryNode(
      number: number, cpus: self.cpus.union(cpus), totalBytes: totalBytes, freeBytes: freeBytes,
      isAllowed: isAllowed, distances: distances)
  }

  fileprivate func allowed() -> MemoryNode {
    MemoryNode(
      number: number, cpus: cpus, totalBytes: totalBytes, freeBytes: freeBytes, isAllowed: true,
      distances: distances)
  }
}
