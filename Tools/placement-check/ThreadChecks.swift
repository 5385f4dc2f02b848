import Platform

/// Pinning, and threads that cannot be pinned.
func checkThreads(_ checks: inout Checks) {
  let team = ThreadTeam(name: "team", cpus: [0, 1, 2, 3], nodes: [0, 0, 1, 1], spin: .none)
  team.pinLeader()
  for (cpu, thread) in ([team.leaderPlacement] + team.workerPlacements).enumerated() {
    checks.expect(
      thread.isAsAsked && thread.currentCPU == cpu && thread.warning == nil,
      "thread \(thread.name) is on CPU \(cpu): allowed \(thread.allowedCPUs), on \(thread.currentCPU ?? -1)")
  }
  let lane = LaneThread(name: "stray", cpu: 64, spin: .none)
  let stray = lane.placement
  checks.expect(
    !stray.isAsAsked && stray.pinError == .invalidArgument && stray.warning != nil,
    "a thread for CPU 64 is told of: \(stray.warning ?? "no warning")")
}
