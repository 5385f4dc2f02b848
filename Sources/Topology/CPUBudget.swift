import CPlatform
import SystemPackage

/// The CPUs that this process may use: its affinity mask, and how many of them a cgroup quota pays for.
public struct CPUBudget: Sendable, Hashable {
  /// CPU numbers in the affinity mask, ascending.
  public let allowedCPUs: [Int]

  /// CPUs' worth of time per unit of time that the tightest cgroup quota grants; `nil` without a quota.
  public let quota: Double?

  /// CPUs' worth of time per unit of time that this process can get.
  private var time: Double { min(Double(allowedCPUs.count), quota ?? .infinity) }

  /// Number of threads to keep busy: one for each CPU, or as many as the quota pays for, rounded to nearest; at least 1.
  ///
  /// Of a quota of one and a half CPUs, one thread leaves a third unused and two are throttled for a part of each period:
  /// which is faster depends on how well two threads scale (Benchmarks/few-cores).
  public var cpuCount: Int { max(Int(time.rounded()), 1) }

  /// Number of threads beyond which each more only waits for others: what the quota pays for, rounded up; at least 1.
  public var threadLimit: Int { max(Int(time.rounded(.up)), 1) }

  /// Number of threads that the quota never throttles: what it pays for, rounded down; at least 1.
  public var unthrottledCount: Int { max(Int(time), 1) }

  /// The share of the time, in `0...1`, that the quota pays for so many threads that are all busy.
  public func share(ofBusyThreads count: Int) -> Double { min(1, time / Double(max(count, 1))) }

  /// - Parameter quota: Above 0, if there is one.
  public init(allowedCPUs: [Int], quota: Double?) {
    precondition(quota.map { $0 > 0 } ?? true, "a quota of nothing")
    self.allowedCPUs = allowedCPUs
    self.quota = quota
  }

  /// The budget of the calling thread now.
  /// - Parameter root: Where `proc` and `sys` are found; another folder than `/` in tests.
  public static func current(root: FilePath = "/") -> CPUBudget {
    let tree = SystemTree(root: root)
    return CPUBudget(allowedCPUs: tree.affinityMask.numbers, quota: CgroupLimits(tree).quota)
  }
}

extension SystemTree {
  /// The CPUs that the calling thread may run on; empty where nothing says so.
  var affinityMask: CPUSet {
    guard root == "/" else {
      return field("Cpus_allowed_list", of: "proc/self/status").flatMap { CPUSet(list: $0) } ?? []
    }
    var cpus = [Int32](repeating: 0, count: CPUSet.limit)
    let count = cpus.withUnsafeMutableBufferPointer {
      cplatform_get_affinity($0.baseAddress, Int32($0.count))
    }
    return CPUSet(cpus.prefix(max(Int(count), 0)).lazy.map(Int.init))
  }
}
