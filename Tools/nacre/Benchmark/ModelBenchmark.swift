import Foundation
import Inference
import KernelDispatch
import Platform
import TensorTypes

/// Times passes of a model and reads of memory in alternation, so that a busy moment of the machine hits both.
struct ModelBenchmark {
  let model: TransformerModel
  let kernels: KernelLibrary
  let team: ThreadTeam

  func measure(rowCounts: [Int], promptLength: Int, context: Int, rounds: Int) -> ModelBenchmarkResult {
    let reader = BandwidthProbe(kernels: kernels, team: team)
    fill(to: context)
    var passSeconds = [Int: [Double]]()
    var promptSeconds: [Double] = []
    var bandwidths: [Double] = []
    var shares: [Double] = []
    for round in 0...rounds {
      let bandwidth = reader.bytesPerSecond()
      for count in rowCounts {
        let seconds = (0..<passesPerRound).map { _ in time(rows: count, after: context) }.min()!
        if round > 0 { passSeconds[count, default: []].append(seconds) }
      }
      // The first round only warms caches and pages up.
      guard round > 0 else { continue }
      bandwidths.append(bandwidth)
      shares.append(Double(model.weights.bytesPerPass) / passSeconds[1]!.last! / bandwidth)
      if promptLength > 0 { promptSeconds.append(time(rows: promptLength, after: 0)) }
      if promptLength > 0 { fill(to: context) }
    }
    return ModelBenchmarkResult(
      kernelLevel: kernels.level.rawValue, threads: team.threadCount, context: context, rounds: rounds,
      bandwidthBytesPerSecond: median(bandwidths), bandwidthShare: median(shares),
      bytesPerPass: model.weights.bytesPerPass,
      passSeconds: passSeconds.mapValues(median), promptLength: promptLength,
      promptSeconds: promptSeconds.isEmpty ? nil : median(promptSeconds),
      peakResidentBytes: peakResidentBytes())
  }

  /// Short passes are repeated: the best of a few is what the machine can do undisturbed.
  private var passesPerRound: Int { 3 }

  private func tokens(_ count: Int) -> [TokenID] {
    (0..<count).map { TokenID(($0 * 7919 + 3) % model.vocabularyCount) }
  }

  private func run(_ tokens: [TokenID], logitRowCount: Int) {
    tokens.withUnsafeBufferPointer { model.forward($0, logitRowCount: logitRowCount) }
  }

  private func fill(to context: Int) {
    model.rollBack(to: 0)
    if context > 0 { run(tokens(context), logitRowCount: 0) }
  }

  private func time(rows: Int, after context: Int) -> Double {
    model.rollBack(to: context)
    let tokens = tokens(rows)
    let start = ContinuousClock.now
    run(tokens, logitRowCount: min(rows, 64))
    return (ContinuousClock.now - start) / .seconds(1)
  }
}

/// Reads a large buffer with all threads of a team.
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

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

/// Most memory that the process ever had in RAM.
func peakResidentBytes() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}
