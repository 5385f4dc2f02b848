import ArgumentParser

/// `nacre bench`: measurements that stay comparable because they are made side by side in one run.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures speed on this machine.",
    subcommands: [
      BenchKernelsCommand.self, BenchModelCommand.self, BenchModesCommand.self, BenchLayoutsCommand.self,
    ])
}
