import ArgumentParser
import Foundation
import KernelDispatch

/// `nacre bench kernels`: what the matrix products reach, by type, instruction level and number of inputs.
struct BenchKernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "Speed of the matrix products on one core, beside the read bandwidth of the same run.",
    discussion: """
      From memory: weights of 128 MiB are read once per pass; GB/s is the rate at which weights are read. \
      From cache: 256 KiB of weights are used again and again; GMAC/s is the rate of multiply-accumulates.
      """)

  @Option(help: "Types, separated by commas (default: all).")
  var types: String?

  @Option(help: "Kernel levels, separated by commas (default: the best one).")
  var levels: String?

  @Option(help: "Numbers of inputs, separated by commas.")
  var rows = "1,2,4,8,16"

  @Option(help: "Rounds; medians are reported.")
  var rounds = 5

  @Flag(help: "Writes JSON.")
  var json = false

  func run() throws {
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds is not in 1...1000.") }
    let rowCounts = try numberList(rows, "--rows", 1...64)
    let elements = try types.map(Self.elements) ?? KernelElement.allCases
    for kernels in try levels.map(Self.libraries) ?? [KernelLibrary.best()] {
      let benchmark = KernelBenchmark(kernels: kernels, rounds: rounds)
      for element in elements {
        for result in benchmark.measure(element, rowCounts: rowCounts) {
          print(try json ? jsonText(result) : result.line)
        }
      }
    }
  }

  private static func elements(_ list: String) throws -> [KernelElement] {
    try list.split(separator: ",").map { word in
      guard let element = KernelElement.allCases.first(where: { "\($0)" == word.lowercased() }) else {
        throw ValidationError("--types: \(word) is not one of \(KernelElement.allCases)")
      }
      return element
    }
  }

  private static func libraries(_ list: String) throws -> [KernelLibrary] {
    try list.split(separator: ",").map { word in
      guard let level = KernelLevel(rawValue: String(word)) else {
        throw ValidationError("--levels: \(word) is not one of \(KernelLevel.allCases.map(\.rawValue))")
      }
      return try KernelLibrary(level: level)
    }
  }
}

/// The numbers in a list such as "1,2,4".
func numberList(_ list: String, _ option: String, _ range: ClosedRange<Int>) throws -> [Int] {
  try list.split(separator: ",").map { word in
    guard let number = Int(word), range.contains(number) else {
      throw ValidationError("\(option): \(word) is not a number in \(range)")
    }
    return number
  }
}
