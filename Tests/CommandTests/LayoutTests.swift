import Foundation
import TestSupport
import Testing
import Topology

@testable import nacre

/// `--layout` of the commands that run a pair, with the CPUs that this machine has.
@Suite("Layouts of a pair", .serialized)
struct LayoutTests {
  private static let arguments = ["generate", "--json", "--prompt", "def add(", "--max-tokens", "24"]

  /// Layouts that this machine has, for any mode.
  private var layouts: [String] {
    let topology = MachineTopology.current()
    let cpus = topology.allowedCPUs
    let pairs =
      topology.budget.cpuCount > 1
      ? ["target=\(cpus[0]),draft=\(cpus[1])", "target=\(cpus[1]),draft=\(cpus[0])"] : []
    return ["auto", "shared=\(cpus[0])", "shared=node\(topology.nodes.first { !$0.cpus.isEmpty }!.number)"]
      + pairs
  }

  @Test("The text is the same in every layout and mode, and the report says which CPUs it was")
  func sameText() throws {
    var texts: Set<String> = []
    for mode in ModeName.allCases {
      for layout in layouts {
        let run = try NacreProcess(Self.arguments + ["--mode", mode.rawValue, "--layout", layout])
        let report = try #require(run.json, "\(run.errors)")
        texts.insert(try #require(report["text"] as? String))
        let used = try #require(report["layout"] as? String)
        if layout.hasPrefix("target") { #expect(mode == .ar ? layout.hasPrefix(used) : used == layout) }
        if layout.hasPrefix("shared"), !layout.contains("node") {
          #expect(used == (mode == .ar ? layout.replacing("shared", with: "target") : layout))
        }
      }
    }
    #expect(texts.count == 1)
  }

  @Test("The environment gives a layout where the command line gives none; an error names its source")
  func environment() throws {
    let cpu = MachineTopology.current().allowedCPUs[0]
    let fromEnvironment = ["NACRE_LAYOUT": "shared=\(cpu)"]
    let run = try NacreProcess(Self.arguments, environment: fromEnvironment)
    #expect(run.json?["layout"] as? String == "shared=\(cpu)", "\(run.errors)")
    let overridden = try NacreProcess(
      Self.arguments + ["--threads", "2", "--mode", "ar"], environment: fromEnvironment)
    #expect(
      overridden.json?["threads"] as? Int == min(2, MachineTopology.current().allowedCPUs.count),
      "\(overridden.errors)")
    let bad = try NacreProcess(Self.arguments, environment: ["NACRE_LAYOUT": "shared=x"])
    #expect(bad.exitCode != 0)
    #expect(bad.errors.contains("NACRE_LAYOUT: expected a CPU"), "\(bad.errors)")
  }

  @Test(
    "What cannot be had is refused before a model is loaded",
    arguments: [
      (["--layout", "target=#,draft=#"], "given to both"), (["--layout", "shared=8191"], "no CPU 8191"),
      (["--layout", "target=#"], "draft's CPUs are missing"), (["--layout", "nonsense"], "expected auto"),
      (["--layout", "shared=#", "--threads", "1"], "--threads"),
    ])
  func refused(arguments: [String], hint: String) throws {
    let cpu = "\(MachineTopology.current().allowedCPUs[0])"
    let run = try NacreProcess(
      Self.arguments + ["--mode", "pearl"] + arguments.map { $0.replacing("#", with: cpu) })
    #expect(run.exitCode != 0 && run.exitCode < 128)
    #expect(run.output.isEmpty && run.errors.contains(hint), "\(run.errors)")
  }

  @Test("nacre bench modes runs in the layout and reports it")
  func benchmark() throws {
    let cpu = MachineTopology.current().allowedCPUs[0]
    let run = try NacreProcess(
      "bench", "modes", "--json", "--rounds", "1", "--max-tokens", "8", "--prompt", "def add(", "--layout",
      "shared=\(cpu)")
    let rows = try #require(run.json?["rows"] as? [[String: Any]], "\(run.errors)")
    let layouts = rows.map { $0["layout"] as? String }
    #expect(layouts.first == "target=\(cpu)" && layouts.count >= ModeName.allCases.count)
    #expect(Set(layouts.dropFirst()) == ["shared=\(cpu)"])
    #expect(run.json?["textsAreIdentical"] as? Bool == true)
  }
}
