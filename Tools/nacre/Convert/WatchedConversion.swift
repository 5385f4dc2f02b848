import Conversion
import Foundation
import KernelDispatch
import Platform
import SystemPackage
import Topology

/// A conversion that shows its progress and that Ctrl-C ends.
struct WatchedConversion {
  let plan: ConversionPlan
  let output: FilePath
  /// For the x16 layout.
  let kernels: KernelLibrary?
  let budget: CPUBudget
  let threadCount: Int

  func run(replacing: Bool) throws -> ConversionResult {
    Interruption.install()
    // A file that grows too large shall be an error, not the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    let cpus = budget.allowedCPUs
    let team = ThreadTeam(
      name: "nacre", cpus: (0..<threadCount).map { cpus.isEmpty ? nil : cpus[$0 % cpus.count] }, spin: .none)
    let start = ContinuousClock.now
    var phase = ConversionProgress.Phase.writing
    var line = ProgressLine("writing")
    let run = ConversionRun(
      plan, to: output, team: team, kernels: kernels, isCancelled: { Interruption.flag.isCancelled }
    ) {
      if $0.phase != phase {
        line.finish()
        phase = $0.phase
        line = ProgressLine(phase.rawValue)
      }
      line.show($0.fraction, bytes: $0.doneBytes, of: $0.totalBytes)
    }
    defer { line.finish() }
    let report = try run(replacing: replacing)
    return ConversionResult(plan, report, elapsed: ContinuousClock.now - start)
  }
}
