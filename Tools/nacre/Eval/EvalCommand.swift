import ArgumentParser
import Decoding
import Foundation
import KernelDispatch
import Topology

/// `nacre eval`: a set of prompts through several modes.
struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Continues the prompts of a file in several modes, and compares speed, acceptance and waste.",
    discussion: """
      The file has a JSON object on each line, its prompt in the field prompt (HumanEval), question (GSM8K, MGSM) or \
      turns (MT-bench: the first turn). Prompts are taken as they are. For each prompt all modes run one after the \
      other; texts end at the model's end token, and must be the same in all modes. Only writing is timed: reading \
      the prompt is told apart.

      The column "model" is the speed that α, the models' passes as timed before, and formulas promise: Leviathan et \
      al. 2023 for sd, PEARL's for pearl in lockstep, the best that could be chosen for pearl and auto.
      """)

  @Option(help: ArgumentHelp("The file of prompts.", valueName: "file.jsonl"))
  var dataset: String

  @Option(
    help: """
      Modes to compare, separated by commas: ar (always among them), sd, pearl, auto. With draft lengths of their own: \
      sd:8, sd:1..4, sd:best, and the same with pearl, which is then PEARL in lockstep. With guessers or \
      a policy as of nacre generate --drafter and --policy: sd+ngram:8, pearl+ngram+phrases, sd+adaedl, sd+specdec++; with +branches \
      as of --candidates: pearl+branches.
      """)
  var modes = "ar,sd,pearl,auto"

  @Option(
    help:
      "Draft lengths for sd without its own: 4, or 2,4,8, or 1..16; best tries 1..16 and shows the best."
  )
  var draftLength = "4"

  @Option(help: "Takes only the first N prompts.")
  var limit: Int?

  @Option(help: "How often each prompt is continued in each mode.")
  var repeats = 1

  @Option(help: "Most tokens to generate for each prompt.")
  var maxTokens = 256

  @Option(help: "The target: a GGUF file (default: the target of the pair that comes with Nacre).")
  var model: String?

  @Option(help: "The draft: a GGUF file with the same vocabulary.")
  var draft: String?

  @Option(help: "The acceptance head of contestants with specdec++ or head-cost.")
  var head: String?

  @Option(help: "Where drafts of contestants with adaedl, confidence or specdec++ end, as of nacre generate.")
  var stopThreshold: Double?

  @Option(help: "First tokens that contestants with +branches go on from, as of nacre generate; at most 4.")
  var candidates = 3

  @Option(help: "In what precision keys and values are cached.")
  var kvType = CacheType.f16

  @OptionGroup var cores: LayoutOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions

  @Option(name: .shortAndLong, help: "Writes NAME.json, NAME.csv and NAME.svg.")
  var output: String?

  @Flag(help: "Keeps what an earlier run wrote to --output, and measures the rest.")
  var resume = false

  @Flag(help: "Writes JSON instead of a table.")
  var json = false

  func validate() throws {
    guard (1...1 << 20).contains(maxTokens) else { throw ValidationError("--max-tokens is out of range.") }
    guard (1...1000).contains(repeats) else { throw ValidationError("--repeats is not in 1...1000.") }
    guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit is not above 0.") }
    guard (model == nil) == (draft == nil) else { throw ValidationError("--model and --draft go together.") }
    guard !resume || output != nil else { throw ValidationError("--resume needs --output.") }
    guard sampling.temperature == 0 || sampling.seed != nil || output == nil else {
      throw ValidationError("Random texts need --seed, so that another run writes the same.")
    }
    guard stopThreshold.map({ (0...1).contains($0) }) ?? true else {
      throw ValidationError("--stop-threshold is not in 0...1.")
    }
    guard (1...Scheduler.largestCandidateCount).contains(candidates) else {
      throw ValidationError("--candidates is not in 1...\(Scheduler.largestCandidateCount).")
    }
    if head == nil, let policy = try contestants.lazy.compactMap(\.policy).first(where: \.needsHead) {
      throw ValidationError("\(policy.rawValue) needs --head.")
    }
  }

  var contestants: [Contestant] {
    get throws {
      try Contestant.parse(modes, lengths: DraftLengths(parsing: draftLength, "--draft-length"))
    }
  }
}
