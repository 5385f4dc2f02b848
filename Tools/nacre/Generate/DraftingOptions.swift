import ArgumentParser
import Decoding

/// The rules for where a draft ends, as the command line names them.
enum PolicyName: String, ExpressibleByArgument, CaseIterable {
  case fixed, adaedl, confidence, cost
}

/// How much is drafted.
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

  func validate() throws {
    guard let stopThreshold else { return }
    guard (0...1).contains(stopThreshold) else { throw ValidationError("--stop-threshold is not in 0...1.") }
    guard policy == .adaedl || policy == .confidence else {
      throw ValidationError("--stop-threshold needs --policy adaedl or confidence.")
    }
  }

  /// Nil: the mode's own.
  var stopRule: StopRuleMethod? {
    switch policy {
    case nil: nil
    case .fixed: .fixed
    case .adaedl: .adaEDL(threshold: stopThreshold)
    case .confidence: .confidence(threshold: stopThreshold)
    case .cost: .cost
    }
  }
}
