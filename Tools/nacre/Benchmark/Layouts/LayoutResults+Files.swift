import ArgumentParser
import Foundation

/// The files of a sweep: one name with three endings.
struct LayoutResultFiles {
  private static let endings = ["json", "csv", "svg"]
  private let base: String

  /// - Parameter path: With or without one of the endings.
  init(_ path: String) {
    let ending = URL(filePath: path).pathExtension
    base = Self.endings.contains(ending) ? String(path.dropLast(ending.count + 1)) : path
  }

  var paths: [String] { Self.endings.map { "\(base).\($0)" } }

  /// What an earlier run measured; nil where there was none.
  /// - Throws: `ValidationError` when the file cannot be read, is no such file, or was made under other conditions.
  func load(_ conditions: LayoutResults.Conditions) throws -> LayoutResults? {
    guard FileManager.default.fileExists(atPath: paths[0]) else { return nil }
    let results: LayoutResults
    do {
      results = try JSONDecoder().decode(
        LayoutResults.self, from: try Data(contentsOf: URL(filePath: paths[0])))
    } catch {
      throw ValidationError("\(paths[0]) holds no results of bench layouts: \(error.localizedDescription)")
    }
    guard results.version == LayoutResults.currentVersion else {
      throw ValidationError("\(paths[0]) has version \(results.version), not \(LayoutResults.currentVersion)")
    }
    let differences = results.conditions.differences(from: conditions)
    guard differences.isEmpty else {
      throw ValidationError(
        "\(paths[0]) was measured with another \(differences.joined(separator: ", another ")); give another --output"
      )
    }
    return results
  }

  /// Throws if one of the files is there.
  func checkAbsent() throws {
    if let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) {
      throw ValidationError("\(path) is there already; --resume goes on with it")
    }
  }

  /// Writes all three; each gets its name when it is complete.
  func write(_ results: LayoutResults) throws {
    let texts = [try jsonText(results) + "\n", results.csv, LayoutChart.svg(results)]
    for (path, text) in zip(paths, texts) {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }
  }
}
