import SystemPackage
import TestSupport
import Testing

@testable import Platform

private let pageSize = 4096

extension AlignedBuffer {
  fileprivate func touch(pages: Range<Int>) {
    for page in pages { start.storeBytes(of: 1, toByteOffset: page * pageSize, as: UInt8.self) }
  }
}

/// What this machine, of one node as a rule, can show; `Tools/test-numa` shows the rest on two.
@Suite("Memory placement") struct MemoryPlacementTests {
  /// Containers may forbid it all; then that is what must be told.
  private static let forbidden: [Errno] = [.notPermitted, .noFunction]

  private func isForbidden(_ problem: PlacementProblem?) -> Bool {
    guard case .refused(_, let error) = problem else { return false }
    return Self.forbidden.contains(error)
  }

  @Test("memory bound to node 0 is there once it is touched, and nowhere before")
  func bound() {
    // Less than a huge page, which would come whole.
    let buffer = AlignedBuffer(byteCount: 300 * pageSize, placement: .bind(node: 0))
    if isForbidden(buffer.placementProblem) { return }
    #expect(buffer.placementProblem == nil)
    let before = PageCensus(of: buffer.bytes)
    if let problem = before.problem, Self.forbidden.contains(problem) { return }
    #expect((before.pageCount, before.examinedCount, before.untouchedCount) == (300, 300, 300))
    #expect(before.share(ofNode: 0) == nil)
    buffer.touch(pages: 100..<200)
    let after = PageCensus(of: buffer.bytes)
    #expect(after.countByNode == [0: 100])
    #expect((after.untouchedCount, after.touchedCount) == (200, 100))
    #expect(after.share(ofNode: 0) == 1 && after.share(ofNode: 1) == 0)
    #expect(BufferPlacement(name: "buffer", of: [buffer]).warning == nil)
  }

  @Test("a node that is not there is told, and the memory can be used", arguments: [1023, 1024, .max, -1])
  func missingNode(node: Int) {
    for placement in [MemoryPlacement.bind(node: node), .interleave(nodes: [node, node])] {
      let buffer = AlignedBuffer(byteCount: 10 * pageSize, placement: placement)
      #expect(
        buffer.placementProblem == .refused(placement, .invalidArgument)
          || isForbidden(buffer.placementProblem))
      buffer.touch(pages: 0..<10)
      #expect(BufferPlacement(name: "buffer", of: [buffer]).warning?.contains("refused") == true)
    }
  }

  @Test("memory that node 0 has no room for is asked for mildly, and that is told")
  func tooLarge() throws {
    guard let byteCount = NodeMemory(node: 0)?.totalByteCount else { return }
    let buffer = try #require(AlignedBuffer(ifAvailable: byteCount, placement: .bind(node: 0)))
    if isForbidden(buffer.placementProblem) { return }
    guard case .nodeTooSmall(0, byteCount, _) = buffer.placementProblem else {
      Issue.record("\(String(describing: buffer.placementProblem))")
      return
    }
    buffer.touch(pages: 0..<1)
  }

  @Test("what buffers insist on together is less than a node has, touched or not")
  func reservations() throws {
    let directory = try TemporaryDirectory()
    let text = "Node 900 MemTotal: 16 kB\nNode 900 MemFree: 12 kB\n"
    try directory.makeFolder("sys/devices/system/node/node900")
    try directory.write(Array(text.utf8), to: "sys/devices/system/node/node900/meminfo")
    let memory = try #require(NodeMemory(node: 900, root: directory.path))
    func take(_ byteCount: Int) -> NodeReservation? {
      NodeReservation(node: 900, byteCount: byteCount, memory: memory)
    }
    let room = memory.roomByteCount
    let tooMuch = take(room + 1)
    #expect(tooMuch == nil, "more than there is room for")
    for _ in 0..<3 {
      // 15 of 16 KiB in all, and they come back.
      let reservations = [take(room), take(15360 - room)]
      let isFull = take(1) == nil
      #expect(isFull && reservations.allSatisfy { $0 != nil })
    }
  }

  @Test("a census of part of a page, across pages, of a sample, and of nothing")
  func censusRanges() {
    let buffer = AlignedBuffer(byteCount: 100 * pageSize)
    func count(_ first: Int, _ count: Int, sample: Int = 1000) -> (Int, Int) {
      let census = PageCensus(
        of: UnsafeRawBufferPointer(rebasing: buffer.bytes[first..<first + count]), sampleCount: sample)
      return (census.pageCount, census.examinedCount)
    }
    if PageCensus(of: buffer.bytes).problem != nil { return }
    #expect(count(0, 0) == (0, 0))
    #expect(count(0, 1) == (1, 1))
    #expect(count(4095, 1) == (1, 1))
    #expect(count(4095, 2) == (2, 2))
    #expect(count(4095, 4098) == (3, 3))
    #expect(count(0, 100 * pageSize, sample: 7) == (100, 7))
    // Samples lie at equal distances: of the second half, half of them.
    buffer.touch(pages: 50..<100)
    #expect(PageCensus(of: buffer.bytes, sampleCount: 10).untouchedCount == 5)
  }

  @Test(
    "a part of a node's memory is left to others: a sixteenth, and more of a node that is nearly full",
    arguments: [
      [65536, 65536, 61440], [65536, 1024, 768], [65536, 200, 0], [1200, 480, 380], [1200, 0, 0],
    ])
  func room(mebibytes: [Int]) throws {
    let (total, available, room) = (mebibytes[0] << 10, mebibytes[1] << 10, mebibytes[2] << 20)
    let directory = try TemporaryDirectory()
    try directory.makeFolder("sys/devices/system/node/node1")
    let text = "Node 1 MemTotal: \(total) kB\nNode 1 MemFree: \(available) kB\n"
    try directory.write(Array(text.utf8), to: "sys/devices/system/node/node1/meminfo")
    #expect(try #require(NodeMemory(node: 1, root: directory.path)).roomByteCount == room)
  }

  private func warning(_ asked: MemoryPlacement, _ countByNode: [Int: Int]) -> String? {
    var census = PageCensus()
    census.countByNode = countByNode
    census.examinedCount = countByNode.values.reduce(0, +)
    return BufferPlacement(name: "cache", byteCount: 1, asked: asked, census: census).warning
  }

  @Test("a warning comes when pages are elsewhere than asked, and not before")
  func warnings() {
    #expect(warning(.anywhere, [0: 5, 3: 5]) == nil)
    #expect(warning(.bind(node: 1), [:]) == nil)
    #expect(warning(.bind(node: 1), [1: 1000, 0: 10]) == nil)
    #expect(
      warning(.bind(node: 1), [1: 1000, 0: 250])
        == "cache: asked for node 1, is 20 % on node 0, 80 % on node 1")
    #expect(warning(.interleave(nodes: [0, 1]), [0: 10_000, 1: 10_000]) == nil)
    #expect(warning(.interleave(nodes: [0, 1]), [0: 900, 1: 100]) == nil, "too few pages to judge")
    #expect(warning(.interleave(nodes: [0, 1]), [0: 18_000, 1: 2000]) != nil)
    #expect(warning(.interleave(nodes: [0, 1]), [0: 500, 2: 500]) != nil)
  }

  @Test("a node's memory is what is free and what only caches files")
  func nodeMemory() throws {
    let directory = try TemporaryDirectory()
    #expect(NodeMemory(node: 0, root: directory.path) == nil)
    let text = """

      Node 3 MemTotal:       16384 kB
      Node 3 MemFree:         1000 kB
      Node 3 Active(file):      20 kB
      Node 3 Inactive(file):     3 kB
      Node 3 Dirty:              7 kB

      """
    try directory.makeFolder("sys/devices/system/node/node3")
    try directory.write(Array(text.utf8), to: "sys/devices/system/node/node3/meminfo")
    let memory = try #require(NodeMemory(node: 3, root: directory.path))
    #expect((memory.totalByteCount, memory.availableByteCount) == (16384 * 1024, 1023 * 1024))
    #expect(memory.roomByteCount == 0, "the last twelfth of a small node is the system's")
    let wrong = "Node 3 MemTotal: 1 kB\nNode 3 MemFree: 99999999999999999 kB"
    try directory.write(Array(wrong.utf8), to: "sys/devices/system/node/node3/meminfo")
    #expect(NodeMemory(node: 3, root: directory.path) == nil)
  }
}
