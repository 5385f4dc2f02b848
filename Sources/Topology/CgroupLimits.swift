import SystemPackage

/// What the cgroup that this process is in allows, versions 1 and 2; ancestors count too.
struct CgroupLimits {
  /// CPUs' worth of time of the tightest quota on the way to the root; `nil` when there is none.
  private(set) var quota: Double?

  /// The CPUs of the innermost group that has a list of them; `nil` when none has.
  private(set) var cpuset: CPUSet?

  init(_ tree: SystemTree) {
    let membership = tree.text("proc/self/cgroup", limit: 65536) ?? ""
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",")
      if fields[1].isEmpty {
        for folder in Self.folders("sys/fs/cgroup", fields[2]) {
          tighten(Self.version2(tree, folder))
          cpuset = tree.nonEmptyList("\(folder)/cpuset.cpus.effective") ?? cpuset
        }
      }
      if controllers.contains("cpu") {
        for folder in Self.folders("sys/fs/cgroup/cpu", fields[2]) { tighten(Self.version1(tree, folder)) }
      }
      if controllers.contains("cpuset") {
        for folder in Self.folders("sys/fs/cgroup/cpuset", fields[2]) {
          cpuset =
            tree.nonEmptyList("\(folder)/cpuset.effective_cpus")
            ?? tree.nonEmptyList("\(folder)/cpuset.cpus") ?? cpuset
        }
      }
    }
  }

  /// A group's folder and those above it, outermost first.
  ///
  /// A namespace may hide the path above the mount, so the mount's own root comes first.
  private static func folders(_ mount: String, _ path: Substring) -> [String] {
    var folders = [mount]
    for component in FilePath(String(path)).components where component.kind == .regular {
      folders.append("\(folders[folders.count - 1])/\(component.string)")
    }
    return folders
  }

  private mutating func tighten(_ other: Double?) {
    if let other { quota = min(quota ?? other, other) }
  }

  /// `cpu.max`: "max 100000" or "50000 100000", in microseconds.
  private static func version2(_ tree: SystemTree, _ folder: String) -> Double? {
    let fields = tree.text("\(folder)/cpu.max")?.split(separator: " ") ?? []
    guard fields.count == 2 else { return nil }
    return ratio(Int(fields[0]), Int(fields[1]))
  }

  /// `cpu.cfs_quota_us` (−1: none) over `cpu.cfs_period_us`.
  private static func version1(_ tree: SystemTree, _ folder: String) -> Double? {
    ratio(tree.number("\(folder)/cpu.cfs_quota_us"), tree.number("\(folder)/cpu.cfs_period_us"))
  }

  private static func ratio(_ quota: Int?, _ period: Int?) -> Double? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return Double(quota) / Double(period)
  }
}

extension SystemTree {
  fileprivate func nonEmptyList(_ path: String) -> CPUSet? {
    list(path).flatMap { $0.isEmpty ? nil : $0 }
  }
}
