import Foundation

/// Which layouts were found fastest, and what passes cost there, in a file of the user's cache folder; losing it costs a new measurement.
struct LayoutCache {
  struct Entry: Codable, Equatable {
    /// As `--layout` takes it.
    var layout: String
    /// What passes cost there.
    var costs: MeasuredCosts
  }

  private struct Contents: Codable {
    static let currentVersion = 9
    var version = Self.currentVersion
    var entries: [String: Entry] = [:]
  }

  /// More would be of machines and models that are long gone.
  private static let mostEntries = 500

  private let file: URL

  /// - Parameter folder: Of the user's caches; made when something is written.
  init(folder: URL) { file = folder.appending(components: "nacre", "layouts.json") }

  /// `XDG_CACHE_HOME`, else `~/.cache`.
  static var standard: LayoutCache {
    let folder = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return LayoutCache(
      folder: folder.map { URL(filePath: $0) } ?? URL.homeDirectory.appending(component: ".cache"))
  }

  /// Nil for what was never written, and for a file that cannot be read.
  subscript(key: String) -> Entry? { contents.entries[key] }

  /// Adds an entry, also where other processes add theirs at the same time. A cache that cannot be written is none.
  func remember(_ entry: Entry, for key: String) {
    try? FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let lock = open(file.path() + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    defer { if lock >= 0 { close(lock) } }
    if lock >= 0 { flock(lock, LOCK_EX) }
    var contents = contents
    if contents.entries.count >= Self.mostEntries { contents.entries.removeAll() }
    contents.entries[key] = entry
    guard let data = try? JSONEncoder().encode(contents) else { return }
    try? data.write(to: file, options: .atomic)
  }

  private var contents: Contents {
    guard let data = try? Data(contentsOf: file),
      let contents = try? JSONDecoder().decode(Contents.self, from: data),
      contents.version == Contents.currentVersion
    else { return Contents() }
    return contents
  }
}
