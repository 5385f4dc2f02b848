import SystemPackage

/// Memory of this process that is in RAM, with the pages of mapped files that it has touched.
public enum ProcessMemory {
  /// Bytes now; nil where the system does not tell.
  public static var residentBytes: Int? { status("VmRSS:") }

  /// The most there ever was, in bytes; nil where the system does not tell.
  public static var peakResidentBytes: Int? { status("VmHWM:") }

  /// Whether the system has so much memory left that nothing else needs; true where it does not tell.
  public static func hasRoom(forByteCount byteCount: Int) -> Bool {
    kilobytes("MemAvailable:", in: "/proc/meminfo").map { $0 >= byteCount } ?? true
  }

  private static func status(_ key: String) -> Int? { kilobytes(key, in: "/proc/self/status") }

  /// A line such as `VmRSS:     1234 kB`, in bytes.
  private static func kilobytes(_ key: String, in path: FilePath) -> Int? {
    guard let text = kernelFile(path) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix(key) {
      let fields = line.dropFirst(key.utf8.count).split(whereSeparator: \.isWhitespace)
      return fields.first.flatMap { Int($0) }.map { $0 * 1024 }
    }
    return nil
  }
}
