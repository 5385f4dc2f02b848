import SystemPackage

/// What a NUMA node's memory can still take.
public enum NodeMemory {
  /// Bytes that are free on the node or hold nothing but cached files; nil where the system does not tell.
  /// - Parameter root: Where `/sys` is found; another folder in tests.
  public static func availableByteCount(node: Int, root: FilePath = "/") -> Int? {
    let path = root.appending("sys/devices/system/node/node\(node)/meminfo")
    guard let text = smallFile(path) else { return nil }
    // Lines such as "Node 0 MemFree:  1234 kB".
    var values: [Substring: Int] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(whereSeparator: \.isWhitespace)
      if fields.count >= 4, let kilobytes = Int(fields[3]) { values[fields[2]] = kilobytes }
    }
    guard let free = values["MemFree:"] else { return nil }
    let cached = (values["Active(file):"] ?? 0) + (values["Inactive(file):"] ?? 0)
    let (bytes, overflow) = (free &+ cached).multipliedReportingOverflow(by: 1024)
    return overflow || bytes < 0 ? nil : bytes
  }
}
