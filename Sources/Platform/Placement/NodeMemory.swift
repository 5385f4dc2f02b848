import Synchronization
import SystemPackage

/// What a NUMA node has.
public struct NodeMemory: Sendable, Equatable {
  public let totalByteCount: Int
  /// Bytes that are free or hold nothing but cached files.
  public let availableByteCount: Int

  /// Bytes that buffers may insist on. What is left over is for who else wants memory there, and for what the kernel
  /// keeps free: at most 7.5 % of a small node (min_free_kbytes and the watermarks above it), less of a large one.
  public var roomByteCount: Int {
    max(0, availableByteCount - max(availableByteCount / 16, min(totalByteCount / 12, 256 << 20)))
  }

  /// Nil where the system does not tell.
  /// - Parameter root: Where `/sys` is found; another folder in tests.
  public init?(node: Int, root: FilePath = "/") {
    let path = root.appending("sys/devices/system/node/node\(node)/meminfo")
    guard let text = kernelFile(path) else { return nil }
    // Lines such as "Node 0 MemFree:  1234 kB".
    var values: [Substring: Int] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(whereSeparator: \.isWhitespace)
      guard fields.count >= 4, let kilobytes = Int(fields[3]), (0...1 << 50).contains(kilobytes) else {
        continue
      }
      values[fields[2]] = kilobytes
    }
    guard let total = values["MemTotal:"], let free = values["MemFree:"] else { return nil }
    totalByteCount = total * 1024
    availableByteCount = (free + (values["Active(file):"] ?? 0) + (values["Inactive(file):"] ?? 0)) * 1024
  }
}

/// A share of a node's memory that a buffer may insist on; given back when it goes away.
///
/// A wish that the system cannot meet ends the process when pages are touched, which may be long after they were asked
/// for. So all such wishes of the process together stay below what the node has.
final class NodeReservation: Sendable {
  private let node: Int
  private let byteCount: Int
  private static let reserved = Mutex<[Int: Int]>([:])

  /// Nil when the node has no room.
  /// - Parameter memory: The node's memory now.
  init?(node: Int, byteCount: Int, memory: NodeMemory) {
    guard byteCount <= memory.roomByteCount else { return nil }
    let isTaken = Self.reserved.withLock { reserved in
      let sum = reserved[node, default: 0] + byteCount
      guard sum <= memory.totalByteCount - memory.totalByteCount / 16 else { return false }
      reserved[node] = sum
      return true
    }
    guard isTaken else { return nil }
    self.node = node
    self.byteCount = byteCount
  }

  deinit {
    Self.reserved.withLock { $0[node]! -= byteCount }
  }
}
