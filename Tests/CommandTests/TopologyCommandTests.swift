import CoreLayouts
import Foundation
import TestSupport
import Testing

@testable import nacre

@Suite("nacre topology")
struct TopologyCommandTests {
  /// The command on a recorded machine.
  private func run(_ machine: String, _ arguments: String...) throws -> NacreProcess {
    let recorded = try RecordedMachine(machine)
    return try withExtendedLifetime(recorded) {
      try NacreProcess(["topology", "--root", recorded.root.string] + arguments)
    }
  }

  @Test("The picture of every machine fits 100 columns", arguments: RecordedMachine.names)
  func width(machine: String) throws {
    let topology = try RecordedMachine.topology(machine)
    let report = TopologyReport(
      topology, choice: topology.preferredLayout(for: .together), use: .together, kernelLevel: nil)
    let lines = TopologyPicture(topology, report).text.split(separator: "\n")
    for line in lines { #expect(line.count <= 100, "\(line)") }
    #expect((6..<60).contains(lines.count))
  }

  @Test("128 cores are ranges, with caches, distances and the layout")
  func large() throws {
    let output = try run("epyc-two-sockets").output
    for text in [
      "2 packages, 2 nodes, 128 cores, 256 CPUs",
      "64 cores with 2 CPUs each: 64-127 and 192-255, up to 3.5 GHz",
      "8 L3 of 32.0 MiB: 0-7,128-135 | 8-15,136-143", "node 1   32   10", "layout target=0-119,draft=120-127",
      "memory of the target on node 0+1, of the draft on node 1", "usable: all CPUs",
    ] { #expect(output.contains(text), "\(text)\n\(output)") }
  }

  @Test("What may not be used is said")
  func limits() throws {
    let container = try run("container").output
    #expect(container.contains("usable: 2-3,6-7"))
    #expect(container.contains("quota: 1.5 CPUs, kept busy by 2 threads"))
    let offline = try run("offline-and-memory-only").output
    #expect(offline.contains("offline: 3,16-31"))
    #expect(offline.contains("node 2, only memory: 128.0 GiB"))
  }

  @Test("JSON has the machine and the layout")
  func json() throws {
    let json = try #require(try run("hybrid-laptop", "--json").json)
    #expect((json["cpus"] as? [Any])?.count == 16)
    #expect((json["cores"] as? [[String: Any]])?.last?["kind"] as? String == "efficiency")
    #expect((json["machineIdentity"] as? String)?.count == 16)
    let layout = try #require(json["layout"] as? [String: Any])
    #expect(layout["text"] as? String == "target=0,2,4,6,draft=8-15")
    #expect(layout["draftNodes"] as? [Int] == [0])
    #expect((json["alternatives"] as? [Any])?.count == 3)
  }

  @Test("A layout that is asked for is resolved there, or refused at its place")
  func layouts() throws {
    let output = try run("two-sockets", "--layout", "target=node1,draft=0,2", "--mode", "sd").output
    #expect(output.contains("draft=0,2\n    as asked for"), "\(output)")
    let refused = try run("offline-and-memory-only", "--layout", "target=0-7,draft=8")
    #expect(refused.exitCode != 0 && refused.output.isEmpty)
    #expect(
      refused.errors.contains("--layout: CPU 3 is offline\n  target=0-7,draft=8\n         ^^^"),
      "\(refused.errors)")
  }

  @Test("This machine's picture names the kernel level")
  func current() throws {
    let run = try NacreProcess("topology")
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.contains("kernels x86-64") || run.output.contains("kernels arm"), "\(run.output)")
  }
}
