import ArgumentParser
import Decoding

/// The rules for where a draft ends, as the command line names them.
enum PolicyName: String, ExpressibleByArgument, CaseIterable, Codable {
  case fixed, adaedl, confidence, cost
  case acceptanceHead = "specdec++"
  case headCost = "head-cost"

  /// Whether it looks at what an acceptance head says.
  var needsHead: Bool { self == .acceptanceHead || self == .headCost }
}

/// Who drafts: guessers, in the order in which they are asked, and last perhaps the draft model.
struct DrafterChoice: ExpressibleByArgument, Equatable {
  var guessers: [GuesserMethod] = []
  var hasModel = true

  init() {}

  init?(argument: String) {
    hasModel = false
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard !hasModel else { return nil }
      if word == "model" {
        hasModel = true
      } else if let guesser = GuesserMethod(rawValue: String(word)), !guessers.contains(guesser) {
        guessers.append(guesser)
      } else {
        return nil
      }
    }
  }

  var defaultValueDescription: String { "model" }
}

/// How much is drafted, and by whom.
struct DraftingOptions: ParsableArguments {
  @Option(
    help: """
      Where a draft ends. fixed: at --draft-length; adaedl: where the draft is unsure (entropy, AdaEDL); confidence: \
      where its token is improbable; cost: where one more token costs more than it brings, as measured; specdec++: where an acceptance head, --head, says \
      that a rejection is likely; head-cost: as cost, but by what that head says (default: cost with auto and with pearl without --draft-length, else fixed).
      """)
  var policy: PolicyName?

  @Option(
    help: """
      Ends a draft below this: adaedl's bound of the acceptance, or confidence's probability (default: adapts itself); \
      with specdec++, where a rejection is likelier than this (default: 0.5).
      """)
  var stopThreshold: Double?

  @Option(
    help: "The acceptance head of --policy specdec++ and head-cost: a file made by train-head for this draft."
  )
  var head: String?

  @Option(
    help: """
      Who drafts; several, separated by commas, are asked in this order. model: the draft model, always the last; \
      ngram: what followed the last tokens before, in prompt or output; phrases: what was written after such tokens, or \
      stood behind a rejected one (default: model).
      """)
  var drafter = DrafterChoice()

  @Option(
    help: """
      First tokens that the draft goes on from while the target's pass has nothing to test but the first one, and the \
      draft has cores of its own and nothing else to do (pearl, auto): at most 4.
      """)
  var candidates = 1

  func validate() throws {
    guard (1...Scheduler.largestCandidateCount).contains(candidates) else {
      throw ValidationError("--candidates is not in 1...\(Scheduler.largestCandidateCount).")
    }
    guard candidates == 1 || drafter.hasModel else {
      throw ValidationError("--candidates are continued by a draft model; --drafter has none.")
    }
    if let policy, policy.needsHead && head == nil {
      throw ValidationError("--policy \(policy.rawValue) needs --head.")
    }
    guard head == nil || drafter.hasModel else {
      throw ValidationError("--head judges what a draft model drafts; --drafter has none.")
    }
    guard let stopThreshold else { return }
    guard (0...1).contains(stopThreshold) else { throw ValidationError("--stop-threshold is not in 0...1.") }
    guard let policy, [.adaedl, .confidence, .acceptanceHead].contains(policy) else {
      throw ValidationError("--stop-threshold needs --policy adaedl, confidence or specdec++.")
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
    case .headCost: .headCost
    case .acceptanceHead: .acceptanceHead(threshold: threshold ?? 0.5)
    }
  }
}
