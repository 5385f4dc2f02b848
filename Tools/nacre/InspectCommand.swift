import ArgumentParser
import Foundation
import GGUF
import SystemPackage

/// `nacre inspect`: what is in a GGUF file. Exit code 1 when the file is not valid.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what is in a GGUF file: metadata, tensors, types, sizes, problems.")

  @Argument(help: "A GGUF file, or any part of a split model.")
  var file: String

  @Flag(help: "Print JSON for machines.")
  var json = false

  func run() throws {
    let path = FilePath(file)
    do {
      let report = ModelReport(try GGUFFile(path: path))
      try write(json ? report.json() : report.text)
    } catch let error as GGUFError {
      if json { try write(InvalidFileReport(error).json()) }
      FileHandle.standardError.write(Data("nacre: \(error.description.printable())\n".utf8))
      throw ExitCode(1)
    }
  }

  private func write(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }
}
