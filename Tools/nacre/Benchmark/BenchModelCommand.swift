import ArgumentParser
import Foundation
import GGUF
import Inference
import KernelDispatch
import Platform
import SystemPackage
import Topology

/// `nacre bench model`: what one pass of a model costs, beside the memory bandwidth measured in the same run.
struct BenchModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract:
      "Decoding and prompt speed, the cost of checking several tokens, and the share of read bandwidth.")

  @Option(help: "A GGUF file (default: the default model).")
  var model: String?

  @Option(help: "Numbers of threads, separated by commas.")
  var threads = "1"

  @Option(help: "Numbers of rows in one pass, separated by commas; 1 is always measured.")
  var rows = "1,2,4,8,16"

  @Option(help: "Length of the measured prompt in tokens; 0 leaves it out.")
  var prompt = 128

  @Option(help: "Numbers of tokens in the cache before a pass, separated by commas.")
  var context = "0"

  @Option(help: "In what precision keys and values are cached.")
  var kvType = CacheType.f16

  @Option(help: "Rounds; medians are reported.")
  var rounds = 5

  @Flag(help: "Writes JSON.")
  var json = false

  func run() throws {
    let file = try GGUFFile(path: FilePath(model ?? DefaultModels.target()))
    let kernels = try KernelLibrary.best()
    let threadCounts = try numberList(threads, "--threads", 1...1024)
    let rowCounts = Set(try numberList(rows, "--rows", 1...64) + [1]).sorted()
    let contexts = Set(try numberList(context, "--context", 0...1 << 20)).sorted()
    guard (0...1 << 20).contains(prompt), (1...1000).contains(rounds) else {
      throw ValidationError("--prompt or --rounds is out of range")
    }
    for threadCount in threadCounts {
      let cpus = CPUBudget.current().allowedCPUs
      let team = ThreadTeam(name: "bench", cpus: (0..<threadCount).map { cpus[$0 % cpus.count] })
      team.pinLeader()
      let progress = ProgressLine("loading")
      let weights = try ModelWeights(file, kernels: kernels, team: team) { progress.show($0) }
      progress.finish()
      let needed = max(contexts.max()! + rowCounts.max()!, prompt) + 1
      guard needed <= weights.configuration.trainedContextLength else {
        throw ModelError(
          path: file.path,
          .contextTooLong(requested: needed, trained: weights.configuration.trainedContextLength))
      }
      let benchmark = try ModelBenchmark(
        weights, kernels: kernels, team: team, contexts: contexts,
        longestPass: max(rowCounts.max()!, prompt) + 1,
        cacheType: kvType)
      let result = benchmark.measure(rowCounts: rowCounts, promptLength: prompt, rounds: rounds)
      if json {
        print(try jsonText(result))
      } else {
        result.printTable(path: file.path.string)
      }
    }
  }
}
