import Foundation
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

  /// - Parameter changes: Files that have another content than was recorded, by path; nil: no such file.
  public init(_ name: String, changes: [String: String?] = [:]) throws {
    directory = try TemporaryDirectory()
    let list = PackagePaths.root.appending(path: "Tests/TestSupport/Machines/\(name).txt")
    var files: [String: String] = [:]
    for line in try String(contentsOf: list, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: "\t", maxSplits: 1)
      let content = String(fields[1]).replacing("\\n", with: "\n")
      for (path, content) in Self.expanded(String(fields[0]), content) { files[path] = content }
    }
    for (path, content) in changes { files[path] = content }
    for folder in Set(files.keys.map { url($0).deletingLastPathComponent() }) {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    for (path, content) in files { try change(path, to: content) }
  }

  /// Writes one file anew; nil removes it.
  public func change(_ path: String, to content: String?) throws {
    if let content {
      try Data(content.utf8).write(to: url(path))
    } else {
      try? FileManager.default.removeItem(at: url(path))
    }
  }

  private func url(_ path: String) -> URL { URL(filePath: root.string).appending(path: path) }

  /// The files that one line stands for: one per number of the list in braces, if it has one.
  private static func expanded(_ path: String, _ content: String) -> [(path: String, content: String)] {
    guard let open = path.firstIndex(of: "{"), let close = path.firstIndex(of: "}") else {
      return [(path, content)]
    }
    return numbers(path[path.index(after: open)..<close]).map { number in
      let file = path[..<open] + "\(number)" + path[path.index(after: close)...]
      let text = content.replacing(#/\{([+-]\d+)?\}/#) { "\(number + ($0.1.flatMap { Int($0) } ?? 0))" }
      return (String(file), text)
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
