/// What a core is built for, on machines that have more than one kind.
public enum CoreKind: String, Sendable, Hashable {
  /// The fastest cores of the machine; all of them where there is one kind.
  case performance
  /// Slower ones that take less power: Intel's E cores, Arm's LITTLE cores.
  case efficiency
}

/// One logical processor, as the scheduler numbers them.
public struct LogicalCPU: Sendable, Hashable {
  public let number: Int
  public let isOnline: Bool
  /// Whether the affinity mask has it; false when it is offline.
  public let isAllowed: Bool
  /// Number of the package (socket) that it is in.
  public let package: Int
  /// Number of the NUMA node that it belongs to.
  public let node: Int
  public let kind: CoreKind
  /// Work per time beside the machine's fastest CPU, which has 1024; nil where the kernel does not say.
  public let capacity: Int?
  /// In hertz; nil where the kernel does not say.
  public let maximumFrequency: Int?
}

/// A physical core: one logical CPU, or several that share its units (SMT).
public struct PhysicalCore: Sendable, Hashable {
  /// Online CPUs of the core, at least one; in no other core.
  public let cpus: CPUSet
  public let package: Int
  public let node: Int
  public let kind: CoreKind
}

/// A NUMA node: CPUs, memory, or both.
public struct MemoryNode: Sendable, Hashable {
  public let number: Int
  /// Online CPUs; empty for a node that is only memory.
  public let cpus: CPUSet
  /// Nil where the kernel does not say; 0 for a node that is only CPUs.
  public let totalBytes: Int?
  public let freeBytes: Int?
  /// Whether this process may have memory here.
  public let isAllowed: Bool
  /// Relative cost of reaching each node's memory from here, by the node's number; 10 is local.
  public let distances: [Int: Int]

  /// Whether there is memory; true where the kernel does not say.
  public var hasMemory: Bool { totalBytes != 0 }
}

/// One cache, and the CPUs that share it.
public struct ProcessorCache: Sendable, Hashable {
  public enum Content: String, Sendable, Hashable {
    case data, instruction, unified
  }

  /// 1 is the nearest to the core.
  public let level: Int
  public let content: Content
  /// Nil where the kernel does not say.
  public let bytes: Int?
  /// Online CPUs, at least one.
  public let cpus: CPUSet
}
