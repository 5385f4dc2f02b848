import Foundation

/// One run of the built `nacre` executable.
struct NacreProcess {
  let output: String
  let errors: String
  /// As a shell reports it: 128 + the signal's number when a signal ended it.
  let exitCode: Int32

  /// - Parameters:
  ///   - input: Standard input; empty unless given.
  ///   - interrupted: Sends SIGINT when the first output has come.
  init(_ arguments: String..., input: String = "", interrupted: Bool = false) throws {
    try self.init(arguments, input: input, interrupted: interrupted)
  }

  /// - Parameter environment: Variables beside those of the tests themselves.
  init(
    _ arguments: [String], input: String = "", interrupted: Bool = false, environment: [String: String] = [:]
  ) throws {
    let process = Process()
    process.executableURL = try Self.executable()
    process.arguments = arguments
    // Layouts that were measured are remembered among the tests, not among the user's.
    let caches = FileManager.default.temporaryDirectory.appending(component: "nacre-tests-cache").path()
    process.environment = ProcessInfo.processInfo.environment
      .merging(["XDG_CACHE_HOME": caches]) { $1 }.merging(environment) { $1 }
    let (inputPipe, outputPipe, errorPipe) = (Pipe(), Pipe(), Pipe())
    process.standardInput = inputPipe
    process.standardOutput = outputPipe
    process.standardError = errorPipe
    try process.run()
    // Inputs of tests fit in a pipe, errors too; the output may not.
    try inputPipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try inputPipe.fileHandleForWriting.close()
    var outputData = Data()
    if interrupted {
      outputData += outputPipe.fileHandleForReading.availableData
      process.interrupt()
    }
    outputData += try outputPipe.fileHandleForReading.readToEnd() ?? Data()
    let errorData = try errorPipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    output = String(decoding: outputData, as: UTF8.self)
    errors = String(decoding: errorData, as: UTF8.self)
    exitCode = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
  }

  /// The output as a JSON object; nil if it is none.
  var json: [String: Any]? {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any]
  }

  /// The executable lies beside the tests, whose own executable on some systems lies deeper in a bundle.
  static func executable() throws -> URL {
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
