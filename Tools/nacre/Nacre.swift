import ArgumentParser

@main
struct Nacre: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nacre",
    abstract: "Runs quantized language models on CPUs; a draft and a target write together.",
    subcommands: [
      GenerateCommand.self, ConvertCommand.self, InspectCommand.self, TokenizeCommand.self,
      PerplexityCommand.self, ImatrixCommand.self, SynthesizeCommand.self, BenchCommand.self,
      EvalCommand.self, TopologyCommand.self, TrainHeadCommand.self,
    ])
}
