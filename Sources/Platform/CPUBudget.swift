import CPlatform
import SystemPackage

/// The CPUs that this process may use: its affinity mask, and how many of them a cgroup quota pays for.
public struct CPUBudget: Sendable, Equatable {
  /// CPU numbers in the affinity mask, ascending.
  public let allowedCPUs: [Int]

  /// CPUs' worth of time per unit of time that the tightest cgroup quota grants; `nil` without a quota.
  public let quota: Double?

  /// Number of threads that can be busy at the same time without being throttled; at least 1.
  public var cpuCount: Int {
    guard let quota else { return max(allowedCPUs.count, 1) }
    return max(min(allowedCPUs.count, Int(quota.rounded(.down))), 1)
  }

  public init(allowedCPUs: [Int], quota: Double?) {
    self.allowedCPUs = allowedCPUs
    self.quota = quota
  }

  /// The budget of the calling thread now.
  /// - Parameter root: Where `/proc` and `/sys` are found; another folder in tests.
  public static func current(root: FilePath = "/") -> CPUBudget {
    var cpus = [Int32](repeating: 0, count: 8192)
    let count = cpus.withUnsafeMutableBufferPointer {
      cplatform_get_affinity($0.baseAddress, Int32($0.count))
    }
    return CPUBudget(
      allowedCPUs: cpus.prefix(max(Int(count), 0)).map(Int.init), quota: CgroupQuota(root: root).cpuCount)
  }
}
