extension MachineTopology {
  /// What a layout that was measured here holds for, as 16 hexadecimal digits: the same from run to run and from boot to
  /// boot, another one when the processor, its shape, or this process's share of it is another.
  ///
  /// Free memory and frequencies do not count.
  public var machineIdentity: String {
    var hash = FNV1a()
    hash.add(processorName ?? "")
    for core in cores { hash.add("core \(core.cpus) \(core.package) \(core.node) \(core.kind.rawValue)") }
    for node in nodes {
      let distances = node.distances.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
      hash.add("node \(node.number) \(node.isAllowed) \(node.hasMemory) \(distances.joined(separator: " "))")
    }
    for cache in caches {
      hash.add("cache \(cache.level) \(cache.content.rawValue) \(cache.bytes ?? 0) \(cache.cpus)")
    }
    hash.add("allowed \(allowedCPUs) quota \(budget.quota.map { "\($0)" } ?? "none")")
    let digits = String(hash.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The hash FNV-1a of 64 bits (Fowler, Noll, Vo): the same in every process, unlike `Hasher`.
private struct FNV1a {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Adds a text and its end.
  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(0xff)
  }

  private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
}
