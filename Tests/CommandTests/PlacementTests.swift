import Foundation
import Platform
import TestSupport
import Testing
import Topology

/// What `nacre generate` tells of threads and memory.
@Suite("nacre generate, placement", .serialized)
struct PlacementTests {
  private func generate(_ arguments: String...) throws -> NacreProcess {
    try NacreProcess(["generate", "--prompt", "def", "--max-tokens", "4"] + arguments)
  }

  private func placement(_ run: NacreProcess) throws -> (threads: [[String: Any]], buffers: [[String: Any]]) {
    #expect(run.exitCode == 0, "\(run.errors)")
    let placement = try #require(run.json?["placement"] as? [String: Any])
    return (
      try #require(placement["threads"] as? [[String: Any]]),
      try #require(placement["buffers"] as? [[String: Any]])
    )
  }

  @Test("--verbose shows threads and memory; without it there is nothing of them, and no warning")
  func verbose() throws {
    let verbose = try generate("--verbose")
    let quiet = try generate()
    #expect(verbose.output == quiet.output)
    for part in ["threads: target-0 on CPU", "memory:", "target weights", "target cache", "draft scratch"] {
      #expect(verbose.errors.contains(part), "\(verbose.errors)")
      #expect(!quiet.errors.contains(part))
    }
    #expect(!(verbose.errors + quiet.errors).contains("warning"))
  }

  @Test("JSON has the CPU of every thread and the shares of every piece of memory")
  func json() throws {
    let cpus = CPUBudget.current().allowedCPUs
    let run = try generate("--json", "--mode", "pearl", "--threads", "2", "--draft-threads", "1")
    let (threads, buffers) = try placement(run)
    // No more threads than CPUs are started, and always two lanes.
    let names = cpus.count > 2 ? ["target-0", "target-1", "draft"] : ["target-0", "draft"]
    #expect(threads.compactMap { $0["name"] as? String } == names)
    for (index, thread) in threads.enumerated() {
      #expect(thread["askedCPU"] as? Int == cpus[index % cpus.count])
      #expect(thread["allowedCPUs"] as? [Int] == [cpus[index % cpus.count]])
      #expect(thread["cpu"] as? Int == cpus[index % cpus.count])
    }
    let pieces = ["target", "draft"].flatMap { model in
      ["weights", "cache", "scratch"].map { "\(model) \($0)" }
    }
    #expect(buffers.compactMap { $0["name"] as? String } == pieces)
    for buffer in buffers where buffer["examinedPages"] as? Int ?? 0 > 0 {
      let shares = try #require(buffer["shares"] as? [String: Double])
      #expect(abs(shares.values.reduce(0, +) - 1) < 1e-9)
    }
  }

  @Test(
    "Two lanes with time for both help each other, and both reports say so; --no-elastic keeps them apart")
  func helps() throws {
    let budget = CPUBudget.current()
    guard budget.threadLimit > 1 else { return }
    let lanes = { (options: [String]) in
      try NacreProcess(
        ["generate", "--prompt", "def", "--max-tokens", "4", "--threads", "1", "--draft-threads", "1"]
          + options)
    }
    let elastic = try placement(lanes(["--json"])).threads
    #expect(elastic.map { $0["helps"] as? String } == ["draft", "target"])
    #expect(try placement(lanes(["--json", "--no-elastic"])).threads.allSatisfy { $0["helps"] == nil })
    let cpu = budget.allowedCPUs[1]
    let text = "draft on CPU \(cpu) (asked \(cpu), helps target when idle)"
    let verbose = try lanes(["--verbose"]).errors
    #expect(verbose.contains(text), "\(verbose)")
  }
}
