import CKernelABI
import Foundation
import KernelDispatch
import Platform
import Topology

/// Times the products of one instruction level on the calling thread.
struct KernelBenchmark {
  private let kernels: KernelLibrary
  private let rounds: Int
  private let memory: AlignedBuffer
  private let probe: BandwidthProbe

  /// Columns of the measured matrix.
  private static let columnCount = 2048
  private static let memoryBytes = 128 << 20
  private static let cacheBytes = 256 << 10

  init(kernels: KernelLibrary, rounds: Int) {
    self.kernels = kernels
    self.rounds = rounds
    memory = AlignedBuffer(byteCount: Self.memoryBytes + 8192)
    // Ordinary small numbers in every format.
    memset(memory.start, 0x11, memory.byteCount)
    let team = ThreadTeam(name: "bench", cpus: [CPUBudget.current().allowedCPUs.first])
    team.pinLeader()
    probe = BandwidthProbe(kernels: kernels, team: team)
  }

  func measure(_ element: KernelElement, rowCounts: [Int]) -> [KernelBenchmarkResult] {
    let groupBytes = element.groupBytes(columnCount: Self.columnCount)
    let groupCount = Self.memoryBytes / groupBytes
    let cachedGroupCount = max(1, Self.cacheBytes / groupBytes)
    let inputs = Inputs(
      element, rowCounts.max()!, columnCount: Self.columnCount, outputCount: groupCount * 16)
    let memoryBytes = Double(groupCount * groupBytes)
    var bandwidths: [Double] = []
    var seconds = [Int: (memory: [Double], cache: [Double], share: [Double])]()
    for round in 0...rounds {
      for rows in rowCounts {
        // Right before each: a noisy machine may change its pace from one second to the next.
        let bandwidth = probe.bytesPerSecond()
        if round > 0 { bandwidths.append(bandwidth) }
        let memoryTime = time { multiply(element, 0..<groupCount, inputs, rows) }
        let repeats = max(1, groupCount / cachedGroupCount / 8)
        let cacheTime = time {
          for _ in 0..<repeats { multiply(element, 0..<cachedGroupCount, inputs, rows) }
        }
        guard round > 0 else { continue }
        seconds[rows, default: ([], [], [])].memory.append(memoryTime)
        seconds[rows, default: ([], [], [])].cache.append(cacheTime / Double(repeats))
        seconds[rows, default: ([], [], [])].share.append(memoryBytes / memoryTime / bandwidth)
      }
    }
    let multiplications = Double(Self.columnCount * 16)
    return rowCounts.map { rows in
      let (memoryTime, cacheTime) = (median(seconds[rows]!.memory), median(seconds[rows]!.cache))
      return KernelBenchmarkResult(
        type: "\(element)", level: kernels.level.rawValue, rows: rows,
        bytesPerSecond: memoryBytes / memoryTime, bandwidthShare: median(seconds[rows]!.share),
        multiplyAccumulatesPerSecond: Double(cachedGroupCount * rows) * multiplications / cacheTime,
        bandwidthBytesPerSecond: median(bandwidths))
    }
  }

  private struct Inputs {
    let memory: AlignedBuffer
    let stride: Int
    let output: AlignedBuffer
    let outputStride: Int

    init(_ element: KernelElement, _ rows: Int, columnCount: Int, outputCount: Int) {
      stride = element.takesQuantizedInput ? Int(nacre_activation_bytes(Int64(columnCount))) : columnCount * 4
      memory = AlignedBuffer(byteCount: rows * stride)
      memset(memory.start, 0x11, memory.byteCount)
      // Not a power of two apart: results of different inputs would fall on the same cache sets.
      outputStride = outputCount + 16
      output = AlignedBuffer(of: Float.self, count: rows * outputStride)
    }
  }

  private func multiply(_ element: KernelElement, _ groups: Range<Int>, _ inputs: Inputs, _ rows: Int) {
    kernels.multiply(element)(
      memory.start, Int64(Self.columnCount), Int64(groups.lowerBound), Int64(groups.upperBound),
      inputs.memory.start, Int64(inputs.stride), Int64(rows), inputs.output.pointer(to: Float.self),
      Int64(inputs.outputStride))
  }

  private func time(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    return (ContinuousClock.now - start) / .seconds(1)
  }
}

/// One line of `nacre bench kernels`.
struct KernelBenchmarkResult: Encodable {
  let type: String
  let level: String
  let rows: Int
  /// Weights read from memory.
  let bytesPerSecond: Double
  /// Of the read bandwidth measured right before.
  let bandwidthShare: Double
  /// With the weights in cache.
  let multiplyAccumulatesPerSecond: Double
  /// Of plain reads in the same run.
  let bandwidthBytesPerSecond: Double

  var line: String {
    let name = type.padding(toLength: 8, withPad: " ", startingAt: 0)
    return String(
      format: "%@ %@  %2d rows  %6.1f GB/s (%3.0f %% of %.1f)  %6.1f GMAC/s in cache", name, level, rows,
      bytesPerSecond / 1e9, bandwidthShare * 100, bandwidthBytesPerSecond / 1e9,
      multiplyAccumulatesPerSecond / 1e9)
  }
}
