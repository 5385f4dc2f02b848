import ArgumentParser
import Decoding
import Sampling

enum VerifierName: String, ExpressibleByArgument, CaseIterable {
  case coupled, rejection
}

/// How the next token is chosen.
struct SamplingOptions: ParsableArguments {
  @Option(help: "0 takes the most likely token; higher is more varied.")
  var temperature: Float = 0

  @Option(help: "Keeps the K most likely tokens; 0 keeps all.")
  var topK = 40

  @Option(help: "Keeps the most likely tokens that together have probability P; 1 keeps all.")
  var topP: Float = 0.95

  @Option(help: "Drops tokens less likely than P times the most likely one; 0 keeps all.")
  var minP: Float = 0.05

  @Option(help: "Makes recent tokens less likely; 1 changes nothing.")
  var repetitionPenalty: Float = 1

  @Option(help: "Subtracted from a token's logit for each recent use.")
  var frequencyPenalty: Float = 0

  @Option(help: "Subtracted from the logit of recent tokens.")
  var presencePenalty: Float = 0

  @Option(help: "How many recent tokens the penalties look at.")
  var penaltyWindow = 64

  @Option(help: "Seed of the random numbers (default: another one each time).")
  var seed: UInt64?

  @Option(
    help: """
      coupled: the same text as the target alone with that seed; rejection: the same distribution (the papers' rule).
      """)
  var verifier = VerifierName.coupled

  func parameters() throws -> SamplingParameters {
    try SamplingParameters(
      temperature: temperature, topK: topK, topP: topP, minP: minP, repetitionPenalty: repetitionPenalty,
      frequencyPenalty: frequencyPenalty, presencePenalty: presencePenalty, penaltyWindow: penaltyWindow,
      seed: seed ?? UInt64.random(in: 0...UInt64(UInt32.max)))
  }

  var verification: VerificationMethod {
    switch verifier {
    case .coupled: .coupled
    case .rejection: .rejection
    }
  }
}
