import Foundation

/// One run of the built `nacre` executable.
struct NacreProcess {
  let output: String
  let errors: String
  let exitCode: Int32

  init(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = try Self.executable()
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Errors fit in a pipe; the output may not.
    let outputData = try output.fileHandleForReading.readToEnd() ?? Data()
    let errorData = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    self.output = String(decoding: outputData, as: UTF8.self)
    self.errors = String(decoding: errorData, as: UTF8.self)
    self.exitCode = process.terminationStatus
  }

  /// The executable lies beside the tests, whose own executable on some systems lies deeper in a bundle.
  private static func executable() throws -> URL {
    var folder = Bundle.main.bundleURL
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent("nacre")
      if FileManager.default.isExecutableFile(atPath: candidate.path), !candidate.hasDirectoryPath {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    throw CocoaError(.fileNoSuchFile)
  }
}
