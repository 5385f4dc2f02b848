/// All that `nacre eval` measured, as it was measured.
struct EvalResults: ResumableResults, Equatable {
  static let command = "eval"
  static let currentVersion = 3

  /// One text of one contestant.
  struct Run: Codable, Equatable {
    let tokenCount: Int
    /// From the end of the prompt to the last token.
    let seconds: Double
    let prefillSeconds: Double
    /// Tokens that cost a draft pass, branches included.
    let drafted: Int
    /// Proposed tokens that the target judged.
    let tested: Int
    let accepted: Int
    let targetPasses: Int
    let overlappedSeconds: Double
    /// Of the target, by their number of rows.
    var passesByRows: [Int: TimedPasses] = [:]
    var draftPasses = TimedPasses()
    let stopReason: String
  }

  /// Passes of a kind.
  struct TimedPasses: Codable, Equatable {
    var count = 0
    var seconds = 0.0
  }

  /// A prompt that all contestants continued, as often as was asked for.
  struct Prompt: Codable, Equatable {
    let name: String
    let category: String?
    /// Of its text, in hexadecimal.
    let fingerprint: String
    let tokenCount: Int
    /// By contestant, in the results' order; then by repetition.
    let runs: [[Run]]
  }

  /// Of the format of the file.
  var version = currentVersion
  let conditions: MeasurementConditions
  /// When the first prompt was measured, such as 2026-11-21.
  let date: String
  /// The file of prompts.
  let dataset: String
  let contestants: [Contestant]
  /// Of contestants that have one.
  var stopThreshold: Double?
  var candidateCount = 1
  /// CPUs of the models by mode, as `--layout` takes them.
  let layouts: [String: String]
  /// By mode.
  var passes: [String: PassCosts] = [:]
  /// Prompts that are too long for the models' context.
  let leftOut: [String]
  var prompts: [Prompt] = []

  /// Throws if `wanted` is another comparison, or one of other prompts.
  /// - Parameter fingerprints: Of all prompts that `wanted` will have.
  func checkContinues(to wanted: EvalResults, fingerprints: [String]) throws(ResumeError) {
    guard
      (contestants, stopThreshold, candidateCount)
        == (wanted.contestants, wanted.stopThreshold, wanted.candidateCount)
    else { throw .otherContestants }
    guard layouts == wanted.layouts else { throw .otherLayouts(before: layouts, now: wanted.layouts) }
    guard fingerprints.starts(with: prompts.map(\.fingerprint)) else { throw .otherPrompts }
    let isComplete = prompts.allSatisfy { prompt in
      prompt.runs.count == contestants.count
        && prompt.runs.allSatisfy { $0.count == conditions.rounds }
    }
    guard isComplete else { throw .incompletePrompt }
  }
}

/// Why a run cannot go on with what an earlier one measured.
enum ResumeError: Error, Equatable, CustomStringConvertible {
  case otherContestants
  case otherLayouts(before: [String: String], now: [String: String])
  case otherPrompts
  /// A prompt has not as many texts as it should.
  case incompletePrompt

  var description: String {
    switch self {
    case .otherContestants: "the results are of other --modes or draft lengths; give another --output"
    case .otherLayouts(let before, let now):
      "the results are of other layouts (\(before.sorted(by: <).map { "\($0): \($1)" }.joined(separator: ", ")); now "
        + "\(now.sorted(by: <).map { "\($0): \($1)" }.joined(separator: ", "))); give another --output"
    case .otherPrompts: "the results are of other prompts; give another --output"
    case .incompletePrompt: "the results miss texts of a prompt; give another --output"
    }
  }
}
