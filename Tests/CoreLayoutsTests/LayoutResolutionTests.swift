import CoreLayouts
import TestSupport
import Testing
import Topology

@Suite("Layouts on recorded machines")
struct LayoutResolutionTests {
  private func resolve(
    _ text: String, on name: String, for use: LayoutUse = .together, changes: [String: String?] = [:]
  ) throws -> CoreLayout {
    let topology =
      try changes.isEmpty ? RecordedMachine.topology(name) : RecordedMachine(name, changes: changes).topology
    return try LayoutRequest(parsing: text).resolve(on: topology, for: use).layout
  }

  @Test("CPUs that are named get a thread each")
  func lists() throws {
    let layout = try resolve("target=0-1,5,draft=40", on: "two-sockets")
    #expect(layout == .apart(target: [0, 1, 5], draft: [40]))
    #expect(try resolve("shared=0-15", on: "epyc-four-nodes", for: .inTurn) == .shared(CPUSet(0...15)))
    #expect(try resolve("draft=3,target=0-2", on: "raspberry-pi-5") == .apart(target: [0, 1, 2], draft: [3]))
  }

  @Test("A node gets one thread per physical core; siblings are had by their numbers")
  func nodes() throws {
    let apart = try resolve("target=node0,draft=node1", on: "two-sockets")
    #expect(apart.target.numbers == Array(stride(from: 0, to: 40, by: 2)))
    #expect(apart.draft.numbers == Array(stride(from: 1, to: 40, by: 2)))
    let two = try resolve("target=node0+node2,draft=node3", on: "epyc-four-nodes")
    #expect(two == .apart(target: [0, 2, 4, 6, 8, 10, 12, 14], draft: [3, 7, 11, 15]))
    #expect(try resolve("target=node1+17,draft=0", on: "epyc-four-nodes").target == [1, 5, 9, 13, 17])
    #expect(
      try resolve("shared=node0", on: "hybrid-laptop").target == [0, 2, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15])
  }

  @Test("Without a draft its CPUs are left out, and may be missing")
  func targetAlone() throws {
    #expect(try resolve("target=0-2,draft=3", on: "raspberry-pi-5", for: .targetAlone) == .target([0, 1, 2]))
    #expect(try resolve("target=1", on: "raspberry-pi-5", for: .targetAlone) == .target([1]))
    #expect(try resolve("shared=0-1", on: "raspberry-pi-5", for: .targetAlone) == .target([0, 1]))
    #expect(throws: LayoutError(.noDraft, in: "target=1", at: 0..<8)) {
      try resolve("target=1", on: "raspberry-pi-5", for: .inTurn)
    }
  }

  @Test(
    "What the machine or the process does not have is refused at its place",
    arguments: [
      ("container", "target=2,draft=9", .unknownCPUs([9], present: CPUSet(0...7)), 15..<16),
      ("container", "target=1-2,draft=3", .outsideMask([1], allowed: [2, 3, 6, 7]), 7..<10),
      ("offline-and-memory-only", "target=0-7,draft=8", .offline([3]), 7..<10),
      ("offline-and-memory-only", "target=0,4-20,draft=8", .offline(CPUSet(16...20)), 9..<13),
      ("offline-and-memory-only", "target=node0,draft=node2", .nodeWithoutCPUs(2), 19..<24),
      ("offline-and-memory-only", "target=node0,draft=node3", .unknownNode(3, known: [0, 1, 2]), 19..<24),
      ("two-cores", "target=0-1,draft=1", .overlap([1]), 17..<18),
      ("epyc-four-nodes", "target=node0,draft=3,4", .overlap([4]), 19..<22),
    ] as [(String, String, LayoutError.Problem, Range<Int>)])
  func refused(name: String, text: String, problem: LayoutError.Problem, place: Range<Int>) {
    for use in LayoutUse.allCases {
      #expect(throws: LayoutError(problem, in: text, at: place)) { try resolve(text, on: name, for: use) }
    }
  }

  @Test("A node outside the mask is refused, one partly inside gives what is inside")
  func nodeOutsideMask() throws {
    let mask = ["proc/self/status": "Cpus_allowed_list:\t8-9,40-41\n"]
    #expect(throws: LayoutError(.nodeOutsideMask(1, allowed: [8, 9]), in: "shared=node1", at: 7..<12)) {
      try resolve(
        "shared=node1", on: "two-sockets",
        changes: ["proc/self/status": "Cpus_allowed_list:\t8-9\n"].merging(
          ["sys/devices/system/node/node1/cpulist": "1,3\n"]) { $1 })
    }
    #expect(
      try resolve("target=node0,draft=node1", on: "two-sockets", changes: mask)
        == .apart(target: [8, 40], draft: [9, 41]))
  }

  @Test("More threads than the quota pays for are refused if they were named, and left out if a node was")
  func quotas() throws {
    let quota = { (text: String) -> [String: String?] in ["sys/fs/cgroup/cpu.max": "\(text)\n"] }
    let text = "target=2,6,draft=3"
    #expect(throws: LayoutError(.moreThreadsThanQuota(threadCount: 3, quota: 1.5), in: text, at: 0..<18)) {
      try resolve(text, on: "container")
    }
    #expect(try resolve(text, on: "container", for: .targetAlone) == .target([2, 6]))
    #expect(
      try resolve(text, on: "container", changes: quota("300000 100000"))
        == .apart(target: [2, 6], draft: [3]))
    #expect(try resolve("shared=node0", on: "container", changes: quota("100000 100000")) == .shared([2]))
    #expect(
      throws: LayoutError(.moreThreadsThanQuota(threadCount: 3, quota: 1.5), in: "shared=2-3,6", at: 7..<12)
    ) {
      try resolve("shared=2-3,6", on: "container")
    }
  }

  @Test(
    "A quota is rounded up for CPUs that are named, and to nearest for nodes",
    arguments: [
      ("shared=2-3", 1.1, "shared=2-3"), ("shared=node0", 1.1, "shared=2"),
      ("shared=node0", 1.5, "shared=2-3"),
      ("target=2,draft=3", 1.1, "target=2,draft=3"), ("target=2,draft=3", 1, nil),
      ("shared=2-3", 1, nil), ("shared=2-3,7", 2.1, "shared=2-3,7"),
    ])
  func rounding(text: String, quota: Double, expected: String?) throws {
    let changes = ["sys/fs/cgroup/cpu.max": "\(Int(quota * 100_000)) 100000\n"]
    #expect((try? resolve(text, on: "container", changes: changes))?.description == expected)
  }

  @Test("Two named CPUs and a node beside them get what is left of the quota, one thread at least")
  func besideANode() throws {
    let quota = { (text: String) -> [String: String?] in ["sys/fs/cgroup/cpu.max": "\(text)\n"] }
    let text = "target=0,4,draft=node1"
    #expect(
      try resolve(text, on: "epyc-four-nodes", changes: quota("240000 100000"))
        == .apart(target: [0, 4], draft: [1]))
    #expect(throws: LayoutError(.moreThreadsThanQuota(threadCount: 3, quota: 2), in: text, at: 0..<22)) {
      try resolve(text, on: "epyc-four-nodes", changes: quota("200000 100000"))
    }
  }

  @Test(
    "A quota shrinks named nodes in proportion, and spares what was named by number",
    arguments: [
      ("target=node0+node1+node2,draft=node3", "0,4,8", "3"), ("target=node0,draft=1", "0,4,8", "1"),
      ("target=0,4,draft=node1", "0,4", "1,5"), ("shared=node0+node1", "0,4,8,12", "0,4,8,12"),
    ])
  func shrunk(text: String, target: String, draft: String) throws {
    let layout = try resolve(
      text, on: "epyc-four-nodes", changes: ["sys/fs/cgroup/cpu.max": "440000 100000\n"])
    #expect((layout.target.description, layout.draft.description) == (target, draft))
  }

  @Test("Where the quota pays for one thread two models cannot be apart")
  func oneThread() {
    #expect(throws: LayoutError.self) {
      try resolve(
        "target=node0,draft=node1", on: "two-sockets",
        changes: ["sys/fs/cgroup/cpu.max": "50000 100000\n"])
    }
  }

  @Test("Layouts are written as they are read", arguments: ["target=0-1,8,draft=3", "shared=0-3,9"])
  func written(text: String) throws { #expect(try resolve(text, on: "epyc-four-nodes").description == text) }

  @Test("Weights belong to the nodes of the CPUs; models on two halves of a core are noticed")
  func homes() throws {
    let topology = try RecordedMachine.topology("epyc-four-nodes")
    let layout = CoreLayout.apart(target: [0, 4, 1], draft: [3, 16])
    #expect(layout.targetNodes(in: topology) == [0, 1])
    #expect(layout.draftNodes(in: topology) == [0, 3])
    #expect(layout.contendedCores(in: topology).map(\.cpus) == [[0, 16]])
    #expect(CoreLayout.shared([0]).contendedCores(in: topology).isEmpty)
    #expect(CoreLayout.target([0]).draftNodes(in: topology) == [])
  }
}
