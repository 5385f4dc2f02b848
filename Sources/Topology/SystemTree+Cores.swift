extension SystemTree {
  /// A number from a CPU's own folder.
  func cpuNumber(_ cpu: Int, _ path: String) -> Int? { number("sys/devices/system/cpu/cpu\(cpu)/\(path)") }

  /// In hertz.
  func maximumFrequency(of cpu: Int) -> Int? {
    guard let kilohertz = cpuNumber(cpu, "cpufreq/cpuinfo_max_freq"), kilohertz > 0 else { return nil }
    let (hertz, overflow) = kilohertz.multipliedReportingOverflow(by: 1000)
    return overflow ? nil : hertz
  }

  /// The CPUs in groups that share a core. A CPU is in one group, whatever the files say.
  func cores(of cpus: [LogicalCPU]) -> [PhysicalCore] {
    var unassigned = CPUSet(cpus.map(\.number))
    var cores: [PhysicalCore] = []
    for cpu in cpus where unassigned.contains(cpu.number) {
      let folder = "sys/devices/system/cpu/cpu\(cpu.number)/topology"
      // The second name is the older one of the same file.
      let siblings = list("\(folder)/core_cpus_list") ?? list("\(folder)/thread_siblings_list") ?? []
      let core = siblings.intersection(unassigned).union([cpu.number])
      unassigned = unassigned.subtracting(core)
      cores.append(PhysicalCore(cpus: core, package: cpu.package, node: cpu.node, kind: cpu.kind))
    }
    return cores
  }

  func capacities(of cpus: CPUSet) -> [Int: Int] {
    var capacities: [Int: Int] = [:]
    for cpu in cpus {
      if let capacity = cpuNumber(cpu, "cpu_capacity"), capacity > 0 { capacities[cpu] = capacity }
    }
    return capacities
  }

  /// The slower CPUs of a machine with two kinds; empty where all are alike.
  ///
  /// Intel's hybrids list them; elsewhere those count that have less than half the capacity of the fastest.
  func efficientCPUs(of cpus: CPUSet, capacities: [Int: Int]) -> CPUSet {
    if let fast = list("sys/devices/cpu_core/cpus"), !fast.intersection(cpus).isEmpty {
      let slow = (list("sys/devices/cpu_atom/cpus") ?? []).union(list("sys/devices/cpu_lowpower/cpus") ?? [])
      return slow.intersection(cpus).subtracting(fast)
    }
    guard let most = capacities.values.max() else { return [] }
    return CPUSet(capacities.filter { $0.value < most / 2 }.keys)
  }

  /// `model name` of x86; elsewhere the board's name, or the numbers that name an Arm core.
  var processorName: String? {
    let file = "proc/cpuinfo"
    if let name = field("model name", of: file) ?? field("Model", of: file, limit: 1 << 20) { return name }
    let board = text("proc/device-tree/model")?.filter { $0 != "\0" }
    if let board, !board.isEmpty { return board }
    guard let implementer = field("CPU implementer", of: file), let part = field("CPU part", of: file) else {
      return nil
    }
    return ArmCore.name(implementer: implementer, part: part) ?? "Arm core \(implementer):\(part)"
  }
}
