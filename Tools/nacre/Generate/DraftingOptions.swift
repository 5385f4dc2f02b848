import ArgumentParser
import Decoding

/// The rules for where a draft ends, as the command line names them.
enum PolicyName: String, ExpressibleByArgument, CaseIterable, Codable {
  case fixed, adaedl, confidence, cost
}

extension GuesserMethod: ExpressibleByArgument {}

/// How much is drafted, and by whom.
struct DraftingOptions: ParsableArguments {
  @Option(
    help: """
      Where a draft ends. fixed: at --draft-length; adaedl: where the draft is unsure (entropy, AdaEDL); confidence: \
      where its token is improbable; cost: where one more token costs more than it brings, as measured (default: cost \
      with auto and with pearl without --draft-length, else fixed).
      """)
  var policy: PolicyName?

  @Option(
    help: """
      Ends a draft below this: adaedl's bound of the acceptance, or confidence's probability (default: adapts itself).
      """)
  var stopThreshold: Double?

  @Option(
    help: """
      Asked for the next token before the draft model is: ngram: what followed the last tokens before, in prompt or \
      output; phrases: what was written after such tokens, or stood behind a rejected one. May be given several times.
      """)
  var guess: [GuesserMethod] = []

  func validate() throws {
    guard let stopThreshold else { return }
    guard (0...1).contains(stopThreshold) else { throw ValidationError("--stop-threshold is not in 0...1.") }
    guard policy == .adaedl || policy == .confidence else {
      throw ValidationError("--stop-threshold needs --policy adaedl or confidence.")
    }
  }

  /// Nil: the mode's own.
  var stopRule: StopRuleMethod? { policy?.stopRule(threshold: stopThreshold) }
}

extension PolicyName {
  /// - Parameter threshold: Nil: it adapts itself, where there is one.
  func stopRule(threshold: Double?) -> StopRuleMethod {
    switch self {
    case .fixed: .fixed
    case .adaedl: .adaEDL(threshold: threshold)
    case .confidence: .confidence(threshold: threshold)
    case .cost: .cost
    }
  }
}
