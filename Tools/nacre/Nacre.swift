import ArgumentParser

@main
struct Nacre: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nacre",
    abstract: "Runs quantized language models on CPUs; a draft and a target write together.",
    subcommands: [InspectCommand.self])
}
