import Foundation

/// Files of the package itself, wherever it was cloned to.
public enum PackagePaths {
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  public static func model(_ name: String) -> String { root.appending(path: "Models/\(name)").path }

  public static let target = model("pycode-7m-q8_0.gguf")
  public static let draft = model("pycode-1m-q8_0.gguf")
}
