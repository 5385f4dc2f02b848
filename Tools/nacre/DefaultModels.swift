import ArgumentParser
import Foundation

/// The pair of models that comes with Nacre.
enum DefaultModels {
  static func target() throws -> String { try find("pycode-7m-q8_0.gguf") }
  static func draft() throws -> String { try find("pycode-1m-q8_0.gguf") }

  /// Looks in `NACRE_MODELS`, then in a folder `Models` beside or above the executable and the working directory.
  private static func find(_ name: String) throws -> String {
    var folders: [URL] = []
    if let folder = ProcessInfo.processInfo.environment["NACRE_MODELS"] {
      folders.append(URL(filePath: folder))
    }
    let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    for start in [executable, URL(filePath: FileManager.default.currentDirectoryPath)] {
      var folder = start
      for _ in 0..<5 {
        folders.append(folder.appending(path: "Models"))
        folder.deleteLastPathComponent()
      }
    }
    for folder in folders {
      let path = folder.appending(path: name).path
      if FileManager.default.fileExists(atPath: path) { return path }
    }
    throw ValidationError(
      "the default model \(name) was not found; give --model, or set NACRE_MODELS to its folder")
  }
}
