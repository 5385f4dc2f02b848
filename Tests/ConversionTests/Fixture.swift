import Conversion
import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

/// What several tests need.
enum Fixture {
  static func path(_ name: String) throws -> FilePath {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    return FilePath(folder.appending(path: name).path)
  }

  static func team(_ threadCount: Int = 2) -> ThreadTeam {
    ThreadTeam(name: "convert", cpus: .init(repeating: nil, count: threadCount), spin: .none)
  }

  /// Converts and returns the report.
  @discardableResult
  static func convert(
    _ input: FilePath, to output: FilePath, _ options: ConversionOptions, threadCount: Int = 2,
    replacing: Bool = false
  ) throws -> ConversionReport {
    let plan = try ConversionPlan(ConversionSource(path: input), options: options)
    return try ConversionRun(plan, to: output, team: team(threadCount))(replacing: replacing)
  }

  /// A copy of a fixture's folder in `directory`.
  static func copy(_ name: String, to directory: TemporaryDirectory) throws -> FilePath {
    let target = directory.file(name)
    try FileManager.default.copyItem(atPath: path(name).string, toPath: target.string)
    return target
  }

  /// Replaces text in a file, all places at once; fails if there is none.
  static func edit(_ path: FilePath, _ old: String, _ new: String) throws {
    let url = URL(filePath: path.string)
    let text = try String(contentsOf: url, encoding: .utf8)
    try #require(text.contains(old))
    try text.replacing(old, with: new).write(to: url, atomically: true, encoding: .utf8)
  }
}
