import ArgumentParser
import Conversion
import Foundation
import KernelDispatch
import Platform
import SystemPackage
import TensorTypes
import Topology

/// `nacre convert`: a Hugging Face folder or a GGUF file to a GGUF file with other types.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Converts a Hugging Face folder or a GGUF file to a quantized GGUF file.",
    discussion: """
      Types: \(TargetType.allCases.map(\.rawValue).joined(separator: ", ")). Nothing appears under the output's name \
      until all of it is written, on disk, read back and compared with the source; whatever ends a conversion before, \
      nothing is left, and the same command begins again.
      """)

  @Argument(help: "A folder with config.json, safetensors and a tokenizer, or a GGUF file.")
  var input: String

  @Option(name: .shortAndLong, help: "The GGUF file to write.")
  var output: String?

  @Option(help: "The type of the model.")
  var type = "q4_k_m"

  @Option(
    help: ArgumentHelp(
      "A type for tensors by name; may be repeated, the first match wins.", valueName: "regex=type"))
  var tensorType: [String] = []

  @Option(help: "The type of the output matrix.")
  var outputTensorType: String?

  @Option(
    help: """
      How matrices lie in the file: standard, as every program reads them, or x16, which Nacre runs where it is \
      mapped, without repacking.
      """)
  var layout = LayoutName.standard

  @Option(help: "The largest size of a part, such as 2G or 500M: splits the output.")
  var splitMaxSize: String?

  @Option(help: "A file made by nacre imatrix (or llama.cpp's): which columns of the matrices count most.")
  var imatrix: String?

  @Flag(help: "Shows what would be written, and writes nothing.")
  var dryRun = false

  @Flag(help: "Replaces an output that is there already.")
  var force = false

  @Option(help: "Number of threads (default: all CPUs). The output does not depend on it.")
  var threads: Int?

  @Flag(help: "Writes JSON.")
  var json = false

  enum LayoutName: String, CaseIterable, ExpressibleByArgument {
    case standard, x16
  }

  func validate() throws {
    _ = try options()
    if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads is out of range") }
    guard try outputPath() != nil || dryRun else { throw ValidationError("--output is missing") }
  }

  func run() throws {
    let options = try options()
    let budget = CPUBudget.current()
    let threadCount = threads ?? budget.cpuCount
    do {
      var options = options
      if let imatrix {
        options.importance = (try ImportanceMatrix(path: FilePath(imatrix)), FilePath(imatrix))
      }
      let plan = try ConversionPlan(ConversionSource(path: FilePath(input)), options: options)
      let output = try outputPath()
      var planReport = PlanReport(plan, memoryBytes: Self.memoryBytes(plan, threadCount: threadCount))
      do {
        if let output { try ConversionRun.check(plan, output: output, replacing: force) }
      } catch {
        guard dryRun else { throw error }
        planReport.notes.append("\(error)")
      }
      guard !dryRun, let output else {
        return try write(json ? jsonText(planReport) : planReport.text(isFull: true))
      }
      if !json { try write(planReport.text(isFull: false)) }
      let conversion = WatchedConversion(
        plan: plan, output: output, kernels: layout == .x16 ? try KernelLibrary.best() : nil, budget: budget,
        threadCount: threadCount)
      let result = try conversion.run(replacing: force)
      try write(json ? jsonText(result) : "\n" + result.text)
    } catch let error as ConversionError {
      FileHandle.standardError.write(Data("nacre: \(error.description.printable())\n".utf8))
      throw ExitCode(error.problem == .cancelled ? 130 : 1)
    }
  }

  /// What the process will have in memory at most, with what it has now.
  private static func memoryBytes(_ plan: ConversionPlan, threadCount: Int) -> Int {
    let now = ProcessMemory.residentBytes ?? 0
    return max(now + plan.memoryBytes(threadCount: threadCount), ProcessMemory.peakResidentBytes ?? 0)
  }

  private func outputPath() throws -> FilePath? {
    guard let output else { return nil }
    let path = FilePath(output)
    guard path.lastComponent?.kind == .regular, !output.hasSuffix("/") else {
      throw ValidationError("--output is not the name of a file")
    }
    return path
  }

  private func options() throws -> ConversionOptions {
    var options = ConversionOptions(target: try TypeNames.target(type))
    options.rules = try tensorType.map(TypeNames.rule)
    options.outputType = try outputTensorType.map(TypeNames.element)
    options.layout = layout == .x16 ? .x16 : .rows
    if let splitMaxSize {
      guard let size = Int(size: splitMaxSize) else {
        throw ValidationError("\(splitMaxSize) is not a size such as 2G or 500M")
      }
      options.largestPart = size
    }
    return options
  }

  private func write(_ text: String) throws {
    try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
  }
}
