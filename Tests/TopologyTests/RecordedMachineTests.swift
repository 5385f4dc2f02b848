import TestSupport
import Testing
import Topology

/// What is known about each machine, beside what is read from its files.
@Suite("Recorded machines")
struct RecordedMachineTests {
  private func topology(_ name: String) throws -> MachineTopology {
    try RecordedMachine.topology(name)
  }

  /// Level, content, size in KiB, and how many CPUs share one, of the caches that differ; sorted.
  private func cacheShapes(_ topology: MachineTopology) -> [String] {
    let shapes = topology.caches.map {
      "L\($0.level) \($0.content) \(($0.bytes ?? 0) >> 10)K/\($0.cpus.count)"
    }
    return Set(shapes).sorted()
  }

  @Test("A virtual machine with two cores; the quota of a group above counts")
  func twoCores() throws {
    let machine = try topology("two-cores")
    #expect(machine.processorName == "AMD EPYC")
    #expect(machine.cores.map(\.cpus) == [[0], [1]])
    #expect(machine.nodes.count == 1)
    #expect(machine.nodes[0].totalBytes == 24_641_536 << 10)
    #expect(machine.budget == CPUBudget(allowedCPUs: [0, 1], quota: 2))
    #expect(machine.cpuset == [0, 1])
    #expect(
      cacheShapes(machine) == [
        "L1 data 32K/1", "L1 instruction 32K/1", "L2 unified 1024K/1", "L3 unified 32768K/2",
      ])
    #expect(machine.lastLevelCaches.map(\.cpus) == [[0, 1]])
  }

  @Test("Two sockets with their CPUs dealt out in turn")
  func twoSockets() throws {
    let machine = try topology("two-sockets")
    #expect(machine.cpus.count == 80 && machine.cores.count == 40)
    #expect(machine.packages == [0, 1])
    #expect(machine.core(of: 41)?.cpus == [1, 41])
    #expect(
      machine.cores.allSatisfy { $0.cpus.count == 2 && $0.package == $0.cpus[0] % 2 && $0.node == $0.package }
    )
    #expect(machine.nodes.map(\.distances) == [[0: 10, 1: 21], [0: 21, 1: 10]])
    #expect(machine.lastLevelCaches.map { $0.cpus.count } == [40, 40])
    #expect(machine.cpu(79)?.maximumFrequency == 3_900_000_000)
    #expect(machine.budget.quota == nil && machine.cpuset == nil)
  }

  @Test("Four nodes in one socket, numbered in turn, two L3 each")
  func epycFourNodes() throws {
    let machine = try topology("epyc-four-nodes")
    #expect(machine.cores.count == 16 && machine.packages == [0])
    #expect(machine.nodes.map(\.cpus).map(\.description)[1] == "1,5,9,13,17,21,25,29")
    #expect(machine.nodes[3].distances == [0: 16, 1: 16, 2: 16, 3: 10])
    #expect(machine.lastLevelCaches.count == 8)
    #expect(machine.lastLevelCaches[1].cpus == [1, 5, 17, 21])
    #expect(machine.memoryNodes(for: [0, 5]) == [0, 1])
    #expect(machine.cpuset?.count == 32)
  }

  @Test("P cores with two CPUs and E cores with one")
  func hybrid() throws {
    let machine = try topology("hybrid-laptop")
    #expect(machine.isHybrid)
    #expect(machine.cores.map { $0.cpus.count } == [2, 2, 2, 2] + Array(repeating: 1, count: 8))
    #expect(machine.cores.map(\.kind).prefix(4).allSatisfy { $0 == .performance })
    #expect(machine.cores.map(\.kind).dropFirst(4).allSatisfy { $0 == .efficiency })
    #expect(machine.cpu(8)?.maximumFrequency == 3_400_000_000)
    #expect(
      machine.caches.filter { $0.level == 2 }.map(\.cpus.description) == [
        "0-1", "2-3", "4-5", "6-7", "8-11", "12-15",
      ])
  }

  @Test("A Raspberry Pi 5, whose kernel knows no nodes")
  func raspberryPi() throws {
    let machine = try topology("raspberry-pi-5")
    #expect(machine.processorName == "Raspberry Pi 5 Model B Rev 1.0")
    #expect(machine.cores.count == 4 && !machine.isHybrid)
    #expect(machine.nodes.count == 1)
    #expect(machine.nodes[0].cpus == [0, 1, 2, 3])
    #expect(machine.nodes[0].totalBytes == 8_256_208 << 10)
    #expect(machine.cpu(0)?.capacity == 1024)
  }

  @Test("Big and little cores by capacity, the little ones numbered first")
  func bigLittle() throws {
    let machine = try topology("rk3588")
    #expect(machine.processorName == "Radxa ROCK 5B")
    #expect(CPUSet(machine.cpus.filter { $0.kind == .efficiency }.map(\.number)) == [0, 1, 2, 3])
    #expect(machine.cpu(0)?.capacity == 398)
  }

  @Test("64 cores of Arm's with one L3, named by their part number")
  func graviton() throws {
    let machine = try topology("graviton3")
    #expect(machine.processorName == "Neoverse V1")
    #expect(machine.cores.count == 64 && machine.nodes.count == 1)
    #expect(machine.lastLevelCaches.map { $0.cpus.count } == [64])
    #expect(machine.cpu(5)?.maximumFrequency == nil)
  }

  @Test("A container with two of four cores, and time for one and a half CPUs")
  func container() throws {
    let machine = try topology("container")
    #expect(machine.onlineCPUs.count == 8)
    #expect(machine.allowedCPUs == [2, 3, 6, 7])
    #expect(machine.cpuset == [2, 3, 6, 7])
    #expect(machine.budget.quota == 1.5 && machine.budget.cpuCount == 2)
    #expect(machine.cpus.filter(\.isAllowed).map(\.number) == [2, 3, 6, 7])
  }

  @Test("Offline CPUs, and a node that is only memory")
  func offline() throws {
    let machine = try topology("offline-and-memory-only")
    #expect(machine.offlineCPUs.description == "3,16-31")
    #expect(machine.cores.count == 15)
    #expect(machine.cpu(3).map { !$0.isOnline && !$0.isAllowed } == true)
    #expect(machine.core(of: 3) == nil)
    #expect(machine.nodes[2].cpus == [] && machine.nodes[2].totalBytes == 128 << 30)
    #expect(machine.nodes[0].distances == [0: 10, 1: 20, 2: 14])
    #expect(machine.memoryNodes(for: [0, 1]) == [0] && machine.memoryNodes(for: [2, 8]) == [0, 1])
  }

  @Test("128 cores with two CPUs each")
  func epycTwoSockets() throws {
    let machine = try topology("epyc-two-sockets")
    #expect(machine.cpus.count == 256 && machine.cores.count == 128)
    #expect(machine.lastLevelCaches.count == 16)
    #expect(machine.nodes.map(\.cpus.description) == ["0-63,128-191", "64-127,192-255"])
  }

  @Test("Every machine keeps what the types promise", arguments: RecordedMachine.names)
  func promises(name: String) throws { expectPromises(try topology(name)) }

  @Test("Each machine has an identity of its own, the same each time")
  func identities() throws {
    let identities = try RecordedMachine.names.map { try topology($0).machineIdentity }
    #expect(Set(identities).count == RecordedMachine.names.count)
    #expect(identities.allSatisfy { $0.count == 16 })
    #expect(
      try RecordedMachine("container").topology.machineIdentity == topology("container").machineIdentity)
  }

  @Test(
    "The identity is another one on another share of the machine, and the same with less memory free",
    arguments: [
      ("proc/self/status", "Cpus_allowed_list:\t0-2,6-7\n", false),
      ("sys/fs/cgroup/cpu.max", "max 100000\n", false),
      ("sys/devices/system/cpu/cpu0/cache/index3/size", "16384K\n", false),
      ("sys/devices/system/node/node0/meminfo", "Node 0 MemTotal: 32505856 kB\nNode 0 MemFree: 1 kB\n", true),
    ])
  func identityChanges(path: String, content: String, isSame: Bool) throws {
    let changed = try RecordedMachine("container", changes: [path: content])
    let identity = changed.topology.machineIdentity
    #expect((identity == (try topology("container").machineIdentity)) == isSame)
  }
}

/// What `MachineTopology` promises whatever the files say.
func expectPromises(_ machine: MachineTopology) {
  #expect(!machine.cpus.isEmpty && !machine.allowedCPUs.isEmpty && !machine.nodes.isEmpty)
  #expect(machine.cpus.map(\.number) == Set(machine.cpus.map(\.number)).sorted())
  #expect(machine.allowedCPUs.isSubset(of: machine.onlineCPUs))
  #expect(machine.cores.flatMap(\.cpus).sorted() == machine.onlineCPUs.numbers)
  #expect(machine.nodes.flatMap(\.cpus).sorted() == machine.onlineCPUs.numbers)
  #expect(machine.caches.allSatisfy { !$0.cpus.isEmpty && $0.cpus.isSubset(of: machine.onlineCPUs) })
  for node in machine.nodes { #expect(node.distances.keys.sorted() == machine.nodes.map(\.number)) }
  #expect(!machine.memoryNodes(for: machine.allowedCPUs).isEmpty)
  #expect(machine.budget.cpuCount >= 1)
}
