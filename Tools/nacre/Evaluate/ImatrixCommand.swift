import ArgumentParser
import Conversion
import Evaluation
import SystemPackage

/// `nacre imatrix`: how much each column of a model's matrices counts.
struct ImatrixCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "imatrix",
    abstract:
      "Measures on a text which columns of a model's matrices count most, for nacre convert --imatrix.",
    discussion: """
      Writes the mean squares of what goes into each matrix, in the GGUF form that llama.cpp reads and writes too. \
      Use the unquantized model, and a text like those that the model will be used for.
      """)

  @Option(help: "A GGUF file (default: the default model).")
  var model: String?

  @Option(help: "A file with the text, in UTF-8.")
  var text: String

  @Option(help: "Tokens per window.")
  var window = 255

  @Option(help: "Number of threads (default: all CPUs). The output does not depend on it.")
  var threads: Int?

  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  func run() throws {
    let source = try TextModel(path: model ?? DefaultModels.target(), threads: threads)
    let windows = try source.windows(ofTextAt: text, length: window)
    let loaded = try source.load(windowLength: window)
    let progress = ProgressLine("reading")
    let matrix = ImportanceMatrix(
      of: windows, by: loaded, dataset: FilePath(text).lastComponent?.string ?? ""
    ) { progress.show($0) }
    progress.finish()
    try matrix.write(to: FilePath(output))
    print(
      "\(output.printable()): \(matrix.entries.count) matrices, \(windows.count) windows of \(window) tokens")
  }
}
