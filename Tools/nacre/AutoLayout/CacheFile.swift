import Foundation

/// What was found out and is remembered by key, in a file of the user's cache folder; losing it costs finding it out again.
struct CacheFile<Entry: Codable> {
  private struct Contents: Codable {
    var version: Int
    var entries: [String: Entry] = [:]
  }

  /// More would be of machines and models that are long gone.
  private static var mostEntries: Int { 500 }

  private let file: URL
  /// Files of other versions count as empty.
  private let version: Int

  /// - Parameters:
  ///   - folder: Of the user's caches; made when something is written.
  ///   - name: Of the file in it.
  ///   - version: Of what an entry means.
  init(folder: URL, name: String, version: Int) {
    file = folder.appending(components: "nacre", name)
    self.version = version
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
      let contents = try? JSONDecoder().decode(Contents.self, from: data), contents.version == version
    else { return Contents(version: version) }
    return contents
  }
}

/// `XDG_CACHE_HOME`, else `~/.cache`.
var cacheFolder: URL {
  let folder = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
  return folder.map { URL(filePath: $0) } ?? URL.homeDirectory.appending(component: ".cache")
}
