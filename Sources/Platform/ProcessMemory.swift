/// Memory of this process that is in RAM, with the pages of mapped files that it has touched.
public enum ProcessMemory {
  /// Bytes now; nil where the system does not tell.
  public static var residentBytes: Int? { status("VmRSS:") }

  /// The most there ever was, in bytes; nil where the system does not tell.
  public static var peakResidentBytes: Int? { status("VmHWM:") }

  /// A line of `/proc/self/status`, such as `VmRSS:     1234 kB`.
  private static func status(_ key: String) -> Int? {
    guard let text = kernelFile("/proc/self/status") else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix(key) {
      let fields = line.dropFirst(key.utf8.count).split(whereSeparator: \.isWhitespace)
      return fields.first.flatMap { Int($0) }.map { $0 * 1024 }
    }
    return nil
  }
}
