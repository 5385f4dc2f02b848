import Platform
import SystemPackage

/// The files in which the kernel describes the machine and this process: `/proc` and `/sys`, or a copy of them.
///
/// Nothing in them is trusted: what cannot be read or understood is nil.
struct SystemTree {
  /// The folder that holds `proc` and `sys`.
  let root: FilePath

  /// The text of a file, without white space at its ends.
  /// - Parameters:
  ///   - path: Relative to the root.
  ///   - limit: Most bytes that are read; 4096 is the most that a file of sysfs holds.
  func text(_ path: String, limit: Int = 4096) -> String? {
    kernelFile(root.pushing(FilePath(path)), limit: limit).map { String($0[...].trimmed) }
  }

  /// A whole number of at least 0.
  func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  /// A list such as `0-3,8`.
  func list(_ path: String) -> CPUSet? { text(path, limit: 65536).flatMap { CPUSet(list: $0) } }

  /// The value of a line `name: value` or `name<tab>: value`.
  func field(_ name: String, of path: String, limit: Int = 65536) -> String? {
    guard let text = text(path, limit: limit) else { return nil }
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, Substring(parts[0]).trimmed == name else { continue }
      return String(Substring(parts[1]).trimmed)
    }
    return nil
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0d).contains(byte) }
    guard let first = utf8.firstIndex(where: { !isSpace($0) }),
      let last = utf8.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return self[first..<utf8.index(after: last)]
  }
}

/// The bytes of a size such as `24684096 kB`, `512K` or `32M`; nil for anything else.
func byteCount(_ text: some StringProtocol) -> Int? {
  let digits = text.prefix { $0.isASCII && $0.isNumber }
  guard let number = Int(digits) else { return nil }
  let scale: Int
  let unit = String(text.dropFirst(digits.count).filter { !$0.isWhitespace }).lowercased()
  switch unit {
  case "": scale = 1
  case "k", "kb": scale = 1 << 10
  case "m", "mb": scale = 1 << 20
  case "g", "gb": scale = 1 << 30
  default: return nil
  }
  let (bytes, overflow) = number.multipliedReportingOverflow(by: scale)
  return overflow ? nil : bytes
}
