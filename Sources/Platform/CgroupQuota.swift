import SystemPackage

/// The CPU quota of the cgroup that this process is in, versions 1 and 2; ancestors count too.
struct CgroupQuota {
  /// CPUs' worth of time of the tightest quota on the way to the root; `nil` when there is none.
  let cpuCount: Double?

  init(root: FilePath) {
    let membership = smallFile(root.appending("proc/self/cgroup")) ?? ""
    var tightest: Double?
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let mounts = root.appending("sys/fs/cgroup")
      let read: (FilePath) -> Double?
      var folder: FilePath
      if fields[1].isEmpty {
        (folder, read) = (mounts, Self.version2)
      } else if fields[1].split(separator: ",").contains("cpu") {
        (folder, read) = (mounts.appending("cpu"), Self.version1)
      } else {
        continue
      }
      // The namespace may hide the path above the mount: the mount's own root is read first.
      var folders = [folder]
      for component in FilePath(String(fields[2])).components {
        folder.append(component)
        folders.append(folder)
      }
      for quota in folders.compactMap(read) { tightest = min(tightest ?? quota, quota) }
    }
    cpuCount = tightest
  }

  /// `cpu.max`: "max 100000" or "50000 100000", in microseconds.
  private static func version2(_ folder: FilePath) -> Double? {
    let fields = smallFile(folder.appending("cpu.max"))?.split(whereSeparator: \.isWhitespace) ?? []
    guard fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), period > 0 else {
      return nil
    }
    return quota / period
  }

  /// `cpu.cfs_quota_us` (−1: none) over `cpu.cfs_period_us`.
  private static func version1(_ folder: FilePath) -> Double? {
    func number(_ name: FilePath.Component) -> Double? {
      smallFile(folder.appending(name)).flatMap { Double($0.filter { !$0.isWhitespace }) }
    }
    guard let quota = number("cpu.cfs_quota_us"), let period = number("cpu.cfs_period_us"), quota > 0,
      period > 0
    else { return nil }
    return quota / period
  }
}

/// The text of a kernel file of at most 64 KiB, or nil if it cannot be read.
func smallFile(_ path: FilePath) -> String? {
  guard let file = try? FileDescriptor.open(path, .readOnly) else { return nil }
  defer { try? file.close() }
  var text = [UInt8](repeating: 0, count: 65536)
  guard let count = try? text.withUnsafeMutableBytes({ try file.read(into: $0) }) else { return nil }
  return String(decoding: text.prefix(count), as: UTF8.self)
}
