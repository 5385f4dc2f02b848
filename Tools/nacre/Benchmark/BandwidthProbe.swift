import Foundation
import KernelDispatch
import Platform

/// Reads a large buffer with all threads of a team, and those that are lent to it.
final class BandwidthProbe: ParallelOperation {
  let chunkCount = 64
  private let buffer = AlignedBuffer(byteCount: 1 << 29)
  private let kernels: KernelLibrary
  private let team: ThreadTeam

  init(kernels: KernelLibrary, team: ThreadTeam) {
    self.kernels = kernels
    self.team = team
    // Written once: pages that were never touched are all the same zero page.
    memset(buffer.start, 1, buffer.byteCount)
  }

  /// The best of three sweeps.
  func bytesPerSecond() -> Double {
    (0..<3).map { _ in
      team.callGuests()
      let start = ContinuousClock.now
      team.run(self)
      return Double(buffer.byteCount) / ((ContinuousClock.now - start) / .seconds(1))
    }.max()!
  }

  func runChunk(_ index: Int, thread: Int) {
    let bytes = buffer.byteCount / chunkCount
    _ = kernels.table.read_all(buffer.start + index * bytes, Int64(bytes))
  }
}
