import SystemPackage
import TestSupport
import Testing
import Topology

@Suite("Garbled descriptions of a machine")
struct GarbledTreeTests {
  private static let values: [String?] = [
    nil, "", "\n", "garbage\n", "-1\n", "99999999999999999999\n", "0-99999999\n", "0-199\n", "8191\n",
    "4096-0\n",
    "\u{0}\u{1}", String(repeating: "9", count: 5000), "9223372036854775807\n", "nan\n", "1 0\n", "inf 1\n",
    "9223372036854775807 1\n", ": : :\n",
  ]

  private static let paths = [
    "proc/cpuinfo", "proc/self/status", "proc/self/cgroup", "sys/fs/cgroup/cpu.max",
    "sys/fs/cgroup/cpuset.cpus.effective", "sys/devices/system/cpu/online", "sys/devices/system/cpu/present",
    "sys/devices/system/cpu/cpu1/topology/core_cpus_list",
    "sys/devices/system/cpu/cpu1/topology/physical_package_id",
    "sys/devices/system/cpu/cpu1/cache/index0/level", "sys/devices/system/cpu/cpu1/cache/index1/type",
    "sys/devices/system/cpu/cpu1/cache/index2/size",
    "sys/devices/system/cpu/cpu1/cache/index3/shared_cpu_list",
    "sys/devices/system/cpu/cpu1/cpu_capacity", "sys/devices/system/cpu/cpu1/cpufreq/cpuinfo_max_freq",
    "sys/devices/cpu_core/cpus", "sys/devices/system/node/online", "sys/devices/system/node/node0/cpulist",
    "sys/devices/system/node/node0/distance", "sys/devices/system/node/node0/meminfo",
  ]

  @Test("No value of any file breaks a promise", arguments: paths)
  func oneFile(path: String) throws {
    let machine = try RecordedMachine("container", changes: [path: ""])
    for value in Self.values {
      try machine.change(path, to: value)
      expectPromises(machine.topology)
    }
  }

  @Test("The same value in all files breaks none", arguments: values)
  func allFiles(value: String?) throws {
    let changes = Dictionary(uniqueKeysWithValues: Self.paths.map { ($0, value) })
    expectPromises(try RecordedMachine("container", changes: changes).topology)
  }

  @Test("Without any file there is one core")
  func nothing() throws {
    let machine = MachineTopology.current(root: "/no/such/folder")
    expectPromises(machine)
    #expect(machine.cores.map(\.cpus) == [[0]] && machine.processorName == nil)
  }

  @Test("Siblings that contradict each other still make a partition")
  func siblings() throws {
    let folder = "sys/devices/system/cpu"
    let machine = try RecordedMachine(
      "raspberry-pi-5",
      changes: [
        "\(folder)/cpu0/topology/core_cpus_list": "0-1\n", "\(folder)/cpu1/topology/core_cpus_list": "1-2\n",
        "\(folder)/cpu2/topology/core_cpus_list": "1-3\n",
      ])
    #expect(machine.topology.cores.map(\.cpus) == [[0, 1], [2, 3]])
  }

  @Test("A quota beyond all numbers of CPUs is none that limits")
  func hugeQuota() throws {
    let machine = try RecordedMachine(
      "container", changes: ["sys/fs/cgroup/cpu.max": "9223372036854775807 1\n"])
    #expect(machine.topology.budget.cpuCount == 4)
  }

  @Test(
    "A node whose memory is used up by others' rules sends its CPUs' memory to the nearest that is allowed")
  func memoryElsewhere() throws {
    let machine = try RecordedMachine(
      "offline-and-memory-only",
      changes: ["proc/self/status": "Cpus_allowed_list:\t0-2,4-15\nMems_allowed_list:\t1-2\n"])
    let topology = machine.topology
    #expect(topology.memoryNodes(for: [0]) == [2])
    #expect(topology.memoryNodes(for: [8]) == [1])
  }
}

@Suite("This machine")
struct CurrentMachineTests {
  @Test("Its topology keeps the promises, and its mask is the scheduler's")
  func current() {
    let machine = MachineTopology.current()
    expectPromises(machine)
    #expect(machine.allowedCPUs.numbers == CPUBudget.current().allowedCPUs)
    #expect(machine.budget == CPUBudget.current())
    #expect(machine.nodes.contains { ($0.totalBytes ?? 0) > 1 << 20 })
  }

  @Test("The mask in /proc agrees with the scheduler's")
  func masks() {
    #expect(CPUBudget.current(root: "/./") == CPUBudget.current())
  }
}
