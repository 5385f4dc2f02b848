import Foundation
import Synchronization
import SystemPackage
import Topology

/// A machine's `/proc` and `/sys` as `Tools/fixtures/machine_trees.py` wrote them down, laid out in a temporary folder.
public final class RecordedMachine: Sendable {
  private let directory: TemporaryDirectory

  /// Where its `proc` and `sys` lie, as long as this object lives.
  public var root: FilePath { directory.path }

  /// What is read from them.
  public var topology: MachineTopology { withExtendedLifetime(self) { .current(root: root) } }

  public static let names = [
    "two-cores", "two-sockets", "epyc-four-nodes", "hybrid-laptop", "raspberry-pi-5", "rk3588", "graviton3",
    "container", "offline-and-memory-only", "epyc-two-sockets",
  ]

  private static let topologies = Mutex<[String: MachineTopology]>([:])

  /// What is read from a machine's unchanged files; laid out once for all tests.
  public static func topology(_ name: String) throws -> MachineTopology {
    try topologies.withLock { known in
      if let topology = known[name] { return topology }
      let topology = try RecordedMachine(name).topology
      known[name] = topology
      return topology
    }
  }

  /// - Parameter changes: Files that have another content than was recorded, by path; nil: no such file.
  public init(_ name: String, changes: [String: String?] = [:]) throws {
    directory = try TemporaryDirectory(isInMemory: true)
    let list = PackagePaths.root.appending(path: "Tests/TestSupport/Machines/\(name).txt")
    var files: [String: String] = [:]
    for line in try String(contentsOf: list, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: "\t", maxSplits: 1)
      let content = String(fields[1]).replacing("\\n", with: "\n")
      for (path, content) in Self.expanded(String(fields[0]), content) { files[path] = content }
    }
    for (path, content) in changes { files[path] = content }
    for folder in Set(files.keys.map { $0[..<$0.lastIndex(of: "/")!] }) {
      try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
    }
    for (path, content) in files { try change(path, to: content) }
  }

  /// Writes one file anew; nil removes it.
  public func change(_ path: String, to content: String?) throws {
    let path = "\(root)/\(path)"
    guard let content else {
      unlink(path)
      return
    }
    guard let file = fopen(path, "w") else { throw Errno(rawValue: errno) }
    defer { fclose(file) }
    let bytes = Array(content.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Errno(rawValue: errno) }
  }

  /// The files that one line stands for: one per number of the list in braces, if it has one.
  private static func expanded(_ path: String, _ content: String) -> [(path: String, content: String)] {
    guard let open = path.firstIndex(of: "{"), let close = path.firstIndex(of: "}") else {
      return [(path, content)]
    }
    return numbers(path[path.index(after: open)..<close]).map { number in
      (path[..<open] + "\(number)" + path[path.index(after: close)...], substituted(number, in: content))
    }
  }

  /// The content with the number in place of `{}`, and that much more in place of `{+8}`.
  private static func substituted(_ number: Int, in content: String) -> String {
    let pieces = content.split(separator: "{", omittingEmptySubsequences: false)
    return pieces.dropFirst().reduce(into: String(pieces[0])) { text, piece in
      let parts = piece.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
      text += "\(number + (Int(parts[0]) ?? 0))" + parts[1]
    }
  }

  /// Such as `0-3,8` or `0-6:2`, where every second number counts.
  private static func numbers(_ list: Substring) -> [Int] {
    list.split(separator: ",").flatMap { piece in
      let parts = piece.split(separator: ":")
      let ends = parts[0].split(separator: "-").map { Int($0)! }
      return Array(
        stride(from: ends[0], through: ends[ends.count - 1], by: parts.count > 1 ? Int(parts[1])! : 1))
    }
  }
}
