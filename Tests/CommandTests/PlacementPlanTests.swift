import CoreLayouts
import Inference
import Platform
import TestSupport
import Testing
import Topology

@testable import nacre

@Suite("Placement plans") struct PlacementPlanTests {
  private func plan(_ layout: CoreLayout, on topology: MachineTopology) -> PlacementPlan {
    PlacementPlan(ThreadPlan(layout), on: topology, copiesMappedTensors: true)
  }

  private func memory(_ mebibytes: Int, state: Int = 0) -> ModelMemory {
    ModelMemory(weightByteCount: mebibytes << 20, stateByteCount: state << 20)
  }

  private func parts(_ lane: PlacementPlan.Lane) -> [Int: Int]? {
    lane.memory.spread.map { spread in
      Dictionary(uniqueKeysWithValues: spread.parts.map { ($0.node, $0.byteCount >> 20) })
    }
  }

  @Test("Memory belongs to the nodes of the threads; on one node it is anywhere")
  func nodes() throws {
    let apart = plan(
      .apart(target: [0, 1, 4], draft: [3]), on: try RecordedMachine.topology("epyc-four-nodes"))
    #expect(apart.target.threadNodes == [0, 1, 0] && apart.target.memory.nodes == [0, 1])
    #expect(apart.draft.threadNodes == [3] && apart.draft.memory.nodes == [3])
    let laptop = plan(.apart(target: [0], draft: [2]), on: try RecordedMachine.topology("hybrid-laptop"))
    #expect(!laptop.isAskedFor && laptop.target.threadNodes == nil)
  }

  /// A machine with 2304 MiB free on node 0 and 1280 MiB on node 2, which has no CPUs and is nearest to node 0.
  private func crowded() throws -> (topology: MachineTopology, room: (Int) -> Int?) {
    let meminfo = { (node: Int, free: Int) in
      "Node \(node) MemTotal: 65640857 kB\nNode \(node) MemFree: \(free << 10) kB\n"
    }
    let machine = try RecordedMachine(
      "offline-and-memory-only",
      changes: [
        "sys/devices/system/node/node0/meminfo": meminfo(0, 2304),
        "sys/devices/system/node/node2/meminfo": meminfo(2, 1280),
      ])
    return (machine.topology, { NodeMemory(node: $0, root: machine.root)?.roomByteCount })
  }

  @Test("A target that its node has no room for goes on at the nearest, and one line says how much")
  func tooLarge() throws {
    let (topology, room) = try crowded()
    var plan = plan(.apart(target: [0, 1], draft: [8]), on: topology)
    let notes = plan.spread(
      target: memory(4000, state: 100), draft: memory(100), on: topology, room: room)
    // 256 MiB of each node are the system's, and a 32nd of the rest stays free.
    #expect(
      notes == [
        "4000 MiB of target weights do not fit on node 0, which has room for 1884 MiB: "
          + "1884 MiB on node 0, 1124 MiB on node 1, 992 MiB on node 2"
      ])
    #expect(parts(plan.target) == [0: 1884, 1: 1124, 2: 992] && plan.draft.memory.spread == nil)
    #expect(plan.target.memory.nodes == [0], "cache and scratch stay with the threads")
    #expect(plan.target.threadNodes == [0, 0])
  }

  @Test("Of a node that both models want the draft's part is kept first")
  func shared() throws {
    let (topology, room) = try crowded()
    var plan = plan(.apart(target: [0, 1], draft: [2]), on: topology)
    let notes = plan.spread(target: memory(1000), draft: memory(1000, state: 84), on: topology, room: room)
    #expect(parts(plan.target) == [0: 900, 2: 100] && plan.draft.memory.spread == nil)
    #expect(notes.count == 1)
  }

  @Test("Nodes with threads take over from each other before others do")
  func homes() throws {
    let (topology, room) = try crowded()
    var plan = plan(.target([0, 1, 2, 8]), on: topology)
    #expect(plan.spread(target: memory(8000, state: 200), draft: nil, on: topology, room: room).count == 1)
    #expect(parts(plan.target) == [0: 1884, 1: 6116])
  }

  @Test("What fits, what fits nowhere, and memory of which the system tells nothing stay as they are")
  func unchanged() throws {
    let (topology, room) = try crowded()
    let before = plan(.target([0, 1]), on: topology)
    var after = before
    #expect(after.spread(target: memory(1984), draft: nil, on: topology, room: room) == [])
    #expect(after.spread(target: memory(1 << 20), draft: nil, on: topology, room: room) == [])
    #expect(after.spread(target: memory(1 << 20), draft: nil, on: topology, room: { _ in nil }) == [])
    #expect(after == before)
  }

  @Test("Other threads on the same nodes leave the weights as they lie")
  func moved() throws {
    let (topology, room) = try crowded()
    var plan = plan(.target([0, 1]), on: topology)
    _ = plan.spread(target: memory(4000), draft: nil, on: topology, room: room)
    let near = plan.moved(to: ThreadPlan(.target([0, 2, 4])), on: topology)
    #expect(near.target.memory == plan.target.memory && near.target.threadNodes == [0, 0, 0])
    let far = plan.moved(to: ThreadPlan(.target([8])), on: topology)
    #expect(far.target.memory == LanePlacement(nodes: [1]))
  }
}
