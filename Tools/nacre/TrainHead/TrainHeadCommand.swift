import ArgumentParser
import Foundation
import HeadTraining
import SystemPackage

/// `nacre train-head`: SpecDec++'s acceptance head for a pair.
struct TrainHeadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-head",
    abstract: "Trains a small head that predicts, while drafting, whether the target will accept a token.",
    discussion: """
      The pair makes the examples itself: the target continues the prompts, the draft guesses each token. They are kept \
      beside the output in OUTPUT.examples, so that heads can be trained from them with other settings; remove the file \
      when it is not needed. Whatever ends a run, the same command goes on where it stopped. Defaults are those of \
      SpecDec++ (arXiv 2405.19715); a small draft learns better with a higher rate and more epochs.
      """)

  @Option(help: "The target: a GGUF file (default: the target of the pair that comes with Nacre).")
  var model: String?

  @Option(
    help: "The draft that the head is for: a GGUF file with the same vocabulary (default: that pair's).")
  var draft: String?

  @Option(
    help: "Prompts: JSON lines with a field \"prompt\", or text, which is cut. May be given several times.")
  var text: [String]

  @Option(help: "Prompts for validation (default: a tenth of the others, which is not trained on).")
  var validationText: [String] = []

  @Option(name: .shortAndLong, help: "The head to write, a GGUF file.")
  var output: String

  @OptionGroup(title: "Examples") var examples: ExampleOptions
  @OptionGroup(title: "Training") var training: TrainingOptions

  @Option(help: "Number of threads (default: all CPUs).")
  var threads: Int?

  @Option(help: "A CSV file for the loss curve.")
  var curve: String?

  @Flag(help: "Replaces a head that is there already.")
  var force = false

  @Flag(help: "Writes JSON.")
  var json = false

  func validate() throws {
    guard !text.isEmpty else { throw ValidationError("--text is missing.") }
    guard threads.map({ (1...1024).contains($0) }) ?? true else {
      throw ValidationError("--threads is not in 1...1024.")
    }
  }

  func run() throws {
    guard force || !FileManager.default.fileExists(atPath: output) else {
      throw ValidationError("\(output) is there already; --force replaces it.")
    }
    Interruption.install()
    // A file that grows too large shall be an error, not the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    do {
      let report = try HeadTrainingRun(self).run()
      if let curve { try report.curveCSV.write(toFile: curve, atomically: true, encoding: .utf8) }
      if !json || isatty(STDERR_FILENO) == 1 {
        FileHandle.standardError.write(Data((report.sparkline + "\n").utf8))
      }
      print(json ? try jsonText(report) : report.text)
    } catch is HeadTrainingRun.Interrupted {
      FileHandle.standardError.write(Data("interrupted; the same command goes on from here\n".utf8))
      throw ExitCode(130)
    }
  }
}

/// What examples are made of.
struct ExampleOptions: ParsableArguments {
  enum CandidatesName: String, CaseIterable, ExpressibleByArgument {
    case branched, mixed
  }

  @Option(help: "Tokens of a prompt that is cut from a text.")
  var promptTokens = 64

  @Option(help: "Tokens that the target writes after each prompt.")
  var tokensPerPrompt = 128

  @Option(help: "Texts that the target writes after each prompt.")
  var samplesPerPrompt = 1

  @Option(help: "Most prompts to use of --text.")
  var limit: Int?

  @Option(help: "Temperature of target and draft.")
  var temperature: Float = 1

  @Option(
    help: """
      branched: the draft's state at a guess after the target's text, exactly as while drafting; mixed: all in one pass \
      over guesses and target's tokens, as the paper does.
      """)
  var candidates = CandidatesName.branched

  @Option(help: "With mixed, the share of target's tokens in the mix.")
  var mixing = 0.15

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 0

  func validate() throws {
    for (name, value) in [
      ("--prompt-tokens", promptTokens), ("--tokens-per-prompt", tokensPerPrompt),
      ("--samples-per-prompt", samplesPerPrompt), ("--limit", limit ?? 1),
    ] {
      guard (1...1 << 20).contains(value) else { throw ValidationError("\(name) is not in 1...1048576.") }
    }
    guard temperature.isFinite, temperature >= 0 else {
      throw ValidationError("--temperature is not a number of at least 0.")
    }
    guard (0..<1).contains(mixing) else { throw ValidationError("--mixing is not in 0..<1.") }
  }
}

/// How the head is trained.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Times that all examples are gone through.")
  var epochs = HeadTrainingOptions().epochCount

  @Option(help: "Largest learning rate; it rises at first and falls like a cosine.")
  var learningRate = HeadTrainingOptions().learningRate

  @Option(help: "Texts per step.")
  var batchSize = HeadTrainingOptions().batchSize

  @Option(help: "Residual blocks of the head.")
  var blocks = HeadTrainingOptions().blockCount

  @Option(help: "How many times a rejection counts as much as an acceptance.")
  var rejectionWeight = HeadTrainingOptions().rejectionWeight

  func validate() throws {
    guard (1...100_000).contains(epochs) else { throw ValidationError("--epochs is not in 1...100000.") }
    guard learningRate.isFinite, learningRate > 0 else {
      throw ValidationError("--learning-rate is not a number above 0.")
    }
    guard (1...1 << 20).contains(batchSize) else {
      throw ValidationError("--batch-size is not in 1...1048576.")
    }
    guard (0...64).contains(blocks) else { throw ValidationError("--blocks is not in 0...64.") }
    guard rejectionWeight.isFinite, rejectionWeight > 0 else {
      throw ValidationError("--rejection-weight is not a number above 0.")
    }
  }

  func options(seed: UInt64) -> HeadTrainingOptions {
    var options = HeadTrainingOptions()
    (options.epochCount, options.learningRate, options.batchSize) = (epochs, learningRate, batchSize)
    (options.blockCount, options.rejectionWeight, options.seed) = (blocks, rejectionWeight, seed)
    return options
  }
}
