import Foundation
import Platform

private let pageSize = 4096
private let pageCount = 2048

/// Binding and interleaving, as `move_pages` and `/proc/self/numa_maps` tell.
func checkMemory(_ checks: inout Checks) throws {
  for node in [0, 1] {
    let buffer = AlignedBuffer(byteCount: pageCount * pageSize, placement: .bind(node: node))
    checks.expect(buffer.placementProblem == nil, "binding to node \(node) is taken")
    checks.expect(
      PageCensus(of: buffer.bytes).untouchedCount == pageCount, "pages that nobody touched are nowhere")
    // The other node's CPU touches them: it is the wish that counts.
    onThread(cpu: node == 0 ? 2 : 0) { buffer.touch() }
    checks.expect(
      PageCensus(of: buffer.bytes).countByNode == [node: pageCount], "all pages are on node \(node)")
    let line = try numaMap(of: buffer)
    checks.expect(
      line.contains("bind:\(node)") && line.contains("N\(node)=\(pageCount)"), "numa_maps: \(line)")
    let sample = PageCensus(of: buffer.bytes, sampleCount: 100)
    checks.expect(
      sample.examinedCount == 100 && sample.share(ofNode: node) == 1, "a sample of 100 pages says the same")
  }
  for cpu in [0, 2] {
    let buffer = AlignedBuffer(byteCount: pageCount * pageSize)
    onThread(cpu: cpu) { buffer.touch() }
    checks.expect(
      PageCensus(of: buffer.bytes).countByNode == [cpu / 2: pageCount],
      "without a wish, pages are on the node of CPU \(cpu), which touched them")
  }
  let interleaved = AlignedBuffer(byteCount: pageCount * pageSize, placement: .interleave(nodes: [0, 1]))
  onThread(cpu: 0) { interleaved.touch() }
  checks.expect(
    PageCensus(of: interleaved.bytes).countByNode == [0: pageCount / 2, 1: pageCount / 2],
    "interleaved pages are on each node in turn")
  checkRefusals(&checks)
}

/// Wishes that cannot be met are told, and the memory can be used.
private func checkRefusals(_ checks: inout Checks) {
  let nowhere = AlignedBuffer(byteCount: pageCount * pageSize, placement: .bind(node: 7))
  nowhere.touch()
  checks.expect(
    nowhere.placementProblem == .refused(.bind(node: 7), .invalidArgument), "node 7 is refused")
  let warning = BufferPlacement(name: "buffer", of: [nowhere]).warning
  checks.expect(warning != nil, "with a warning: \(warning ?? "none")")
  // More than node 0 has, less than both have: no strict wish, which would end the process here.
  let available = NodeMemory(node: 0)?.availableByteCount ?? 0
  let large = AlignedBuffer(byteCount: available + available / 8, placement: .bind(node: 0))
  large.touch()
  let placement = BufferPlacement(name: "large buffer", of: [large])
  let share = placement.census.share(ofNode: 0) ?? 0
  checks.expect(
    share > 0.5 && share < 1 && placement.problem != nil && placement.warning != nil,
    "what does not fit on node 0 goes to node 1: \(placement.warning ?? "no warning"), is \(placement.census)"
  )
}

extension AlignedBuffer {
  fileprivate func touch() {
    for offset in stride(from: 0, to: byteCount, by: pageSize) {
      start.storeBytes(of: 1, toByteOffset: offset, as: UInt8.self)
    }
  }
}

private func numaMap(of buffer: AlignedBuffer) throws -> String {
  let address = String(Int(bitPattern: buffer.start), radix: 16)
  let text = try String(contentsOfFile: "/proc/self/numa_maps", encoding: .utf8)
  return text.split(separator: "\n").first { $0.hasPrefix(address + " ") }.map(String.init) ?? "no line"
}

/// Runs `body` on a thread that is pinned to `cpu`, and waits for it.
private func onThread(cpu: Int, _ body: () -> Void) {
  withoutActuallyEscaping(body) { body in
    let lane = LaneThread(name: "toucher", cpu: cpu, spin: .none)
    lane.start(BodyJob(body))
    lane.wait()
  }
}

private final class BodyJob: Job {
  private let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
  func run() { body() }
}
