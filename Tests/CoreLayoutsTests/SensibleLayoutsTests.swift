import CoreLayouts
import TestSupport
import Testing
import Topology

@Suite("Layouts to choose from")
struct SensibleLayoutsTests {
  private func topology(_ name: String, mask: String? = nil, quota: String? = nil) throws -> MachineTopology {
    var changes: [String: String?] = [:]
    if let mask { changes["proc/self/status"] = "Cpus_allowed_list:\t\(mask)\n" }
    if let quota { changes["sys/fs/cgroup/cpu.max"] = "\(quota) 100000\n" }
    return try changes.isEmpty
      ? RecordedMachine.topology(name) : RecordedMachine(name, changes: changes).topology
  }

  @Test(
    "For models at the same time",
    arguments: [
      ("two-cores", ["target=0,draft=1", "shared=0-1"]),
      ("raspberry-pi-5", ["target=0-2,draft=3", "target=0-1,draft=2-3", "shared=0-3"]),
      (
        "rk3588",
        ["target=4-7,draft=0-3", "target=0-2,4-7,draft=3", "target=0-1,4-7,draft=2-3", "shared=0-7"]
      ),
      (
        "hybrid-laptop",
        [
          "target=0,2,4,6,draft=8-15", "target=0,2,4,6,8-14,draft=15", "target=0,2,4,6,8-13,draft=14-15",
          "shared=0,2,4,6,8-15",
        ]
      ),
      ("graviton3", ["target=0-62,draft=63", "target=0-61,draft=62-63", "shared=0-63"]),
      (
        "epyc-four-nodes",
        [
          "target=0-10,12-14,draft=11,15", "target=0-14,draft=15",
          "target=0-2,4-6,8-10,12-14,draft=3,7,11,15",
          "shared=0-15",
        ]
      ),
      (
        "offline-and-memory-only",
        [
          "target=0-2,4-14,draft=15", "target=0-2,4-13,draft=14-15", "target=0-2,4-7,draft=8-15",
          "shared=0-2,4-15",
        ]
      ),
      (
        "epyc-two-sockets",
        [
          "target=0-119,draft=120-127", "target=0-126,draft=127", "target=0-125,draft=126-127",
          "target=0-63,draft=64-127", "shared=0-127",
        ]
      ),
      ("container", ["target=2,draft=3", "shared=2-3", "shared=2"]),
    ])
  func together(name: String, expected: [String]) throws {
    let candidates = try topology(name).sensibleLayouts(for: .together)
    #expect(candidates.map(\.layout.description) == expected)
  }

  @Test("For models in turn, and for a target alone")
  func inTurn() throws {
    let hybrid = try topology("hybrid-laptop")
    #expect(
      hybrid.sensibleLayouts(for: .inTurn).map(\.layout.description) == [
        "shared=0,2,4,6,8-15", "shared=0,2,4,6", "shared=0-15",
      ])
    #expect(
      try topology("epyc-four-nodes").sensibleLayouts(for: .targetAlone).map(\.layout.description) == [
        "target=0-15", "target=0,4,8,12", "target=0-31",
      ])
    #expect(try topology("two-cores").sensibleLayouts(for: .targetAlone).map(\.layout) == [.target([0, 1])])
  }

  @Test("The two CPUs of an only core are one core, and two homes at second choice")
  func oneCore() throws {
    let layouts = try topology("container", mask: "3,7", quota: "max").sensibleLayouts(for: .together)
    #expect(layouts.map(\.layout) == [.shared([3]), .apart(target: [3], draft: [7])])
  }

  @Test(
    "A quota takes cores away from the end, slow ones first",
    arguments: [
      ("hybrid-laptop", "400000", ["target=0,2,4,draft=6", "target=0,2,draft=4,6", "shared=0,2,4,6"]),
      ("hybrid-laptop", "200000", ["target=0,draft=2", "shared=0,2"]),
      ("epyc-four-nodes", "100000", ["shared=0"]), ("raspberry-pi-5", "999999", ["target=0-2,draft=3"]),
      ("raspberry-pi-5", "249999", ["target=0,draft=1"]),
      ("raspberry-pi-5", "250000", ["target=0-1,draft=2"]),
      ("raspberry-pi-5", "149999", ["shared=0"]), ("raspberry-pi-5", "1000", ["shared=0"]),
    ])
  func quotas(name: String, quota: String, expected: [String]) throws {
    let layouts = try topology(name, quota: quota).sensibleLayouts(for: .together).map(\.layout.description)
    #expect(Array(layouts.prefix(expected.count)) == expected)
  }

  @Test(
    "Where a quota pays for the last core in part, the cores that it never throttles are sensible, too",
    arguments: [
      (LayoutUse.together, "150000", ["target=0,draft=1", "shared=0-1", "shared=0"]),
      (.inTurn, "250000", ["shared=0-2", "shared=0-1"]),
      (.targetAlone, "150000", ["target=0-1", "target=0"]),
      (.targetAlone, "140000", ["target=0"]), (.inTurn, "200000", ["shared=0-1"]),
    ])
  func partOfACore(use: LayoutUse, quota: String, expected: [String]) throws {
    let layouts = try topology("raspberry-pi-5", quota: quota).sensibleLayouts(for: use)
    #expect(layouts.map(\.layout.description) == expected)
  }

  @Test(
    "Each fits its machine, its mask and its quota, and is chosen when it is asked for",
    arguments: RecordedMachine.names)
  func fit(name: String) throws {
    let topology = try topology(name)
    for use in LayoutUse.allCases {
      let candidates = topology.sensibleLayouts(for: use)
      #expect(candidates[0] == topology.preferredLayout(for: use))
      #expect(try LayoutRequest.automatic.resolve(on: topology, for: use) == candidates[0])
      #expect(Set(candidates.map(\.layout)).count == candidates.count)
      for candidate in candidates {
        #expect((candidate.layout.arrangement == .targetAlone) == (use == .targetAlone))
        #expect(!candidate.reason.isEmpty && candidate.reason.count <= 96)
        let request = try LayoutRequest(parsing: candidate.layout.description)
        #expect(try request.resolve(on: topology, for: use).layout == candidate.layout)
      }
    }
  }
}
