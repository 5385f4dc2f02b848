import Foundation

/// What `nacre bench modes` found.
struct ModesBenchmarkResult: Encodable {
  /// One mode; counts are of one round over all prompts, rates are medians over the rounds.
  struct Row: Encodable {
    let mode: String
    let draftLength: Int?
    let threads: Int
    let draftThreads: Int
    /// Whether the draft has threads of its own, or lends the target's.
    let isParallel: Bool
    /// The CPUs of the threads, as `--layout` takes them.
    let layout: String
    let tokensPerSecond: Double
    /// Over the first row, round by round.
    let ratio: Double
    /// Accepted of the tokens that the target judged; nil without a draft.
    let acceptanceRate: Double?
    let tokensPerTargetPass: Double
    let wasted: Int
    /// Share of the time in which both models computed.
    let overlapShare: Double
    let roundTokensPerSecond: [Double]
  }

  let rows: [Row]
  let kernelLevel: String
  let rounds: Int
  let promptCount: Int
  /// Tokens generated in one round.
  let tokenCount: Int
  let textsAreIdentical: Bool
  /// Where texts are not those that the first mode wrote in its first round.
  let differences: [String]
  /// One per prompt, as the first mode wrote them.
  let texts: [String]

  init(_ contestants: [(pair: ModelPair, rounds: [ModesRound])], promptCount: Int) {
    let baseline = contestants[0].rounds
    rows = contestants.map { pair, rounds in Row(pair, rounds, baseline: baseline) }
    kernelLevel = contestants[0].pair.kernels.level.rawValue
    rounds = baseline.count
    self.promptCount = promptCount
    tokenCount = baseline[0].tokenCount
    texts = baseline[0].texts
    differences = zip(rows, contestants).flatMap { row, contestant in
      contestant.rounds.enumerated().flatMap { index, round in
        round.differences(from: baseline[0], contestant: "\(row.name) in round \(index + 1)")
      }
    }
    textsAreIdentical =
      differences.isEmpty && contestants.flatMap(\.rounds).allSatisfy { $0.texts == baseline[0].texts }
  }

  private static let shownDifferenceCount = 8

  /// - Parameter prompts: Shown with their continuations, unless nil.
  func description(prompts: [String]?) -> String {
    var lines = (prompts.map { Array(zip($0, texts)) } ?? []).map { "\($0.0)\($0.1)\n" + rule }
    lines.append(
      "\(tokenCount) tokens from \(promptCount) prompt(s), median of \(rounds) rounds, kernels \(kernelLevel)"
    )
    lines.append("mode   draft length  threads  tokens/s  ratio  accepted  tokens/pass  both busy")
    lines += rows.map(\.line)
    if let automaticText { lines.append(automaticText) }
    lines.append(
      textsAreIdentical ? "The text is byte for byte the same in all rows." : "THE TEXTS ARE DIFFERENT.")
    lines += differences.prefix(Self.shownDifferenceCount)
    if differences.count > Self.shownDifferenceCount {
      lines.append("and \(differences.count - Self.shownDifferenceCount) more")
    }
    return lines.joined(separator: "\n")
  }

  /// How the choice of `auto` compares with the best that could have been chosen; nil where one of them was not run.
  var automaticText: String? {
    guard let auto = rows.first(where: { $0.mode == ModeName.auto.rawValue }),
      let best = rows.filter({ $0.mode != auto.mode }).max(by: { $0.tokensPerSecond < $1.tokensPerSecond })
    else { return nil }
    let ratio = median(zip(auto.roundTokensPerSecond, best.roundTokensPerSecond).map { $0 / $1 })
    let times = String(format: "%.2f", ratio)
    return "auto: \(times) × \(best.name), the fastest of the others (known only afterwards)."
  }

  private var rule: String { String(repeating: "─", count: 78) }
}

extension ModesBenchmarkResult.Row {
  fileprivate init(_ pair: ModelPair, _ rounds: [ModesRound], baseline: [ModesRound]) {
    let options = pair.options
    mode = options.effectiveMode.rawValue
    draftLength = options.decodingMode.draftLength
    threads = pair.plan.targetCPUs.count
    draftThreads = pair.plan.draftCPUs.count
    isParallel = pair.plan.hasDraftLane
    layout = pair.plan.layoutText
    roundTokensPerSecond = rounds.map(\.tokensPerSecond)
    tokensPerSecond = median(roundTokensPerSecond)
    ratio = median(zip(rounds, baseline).map { $0.tokensPerSecond / $1.tokensPerSecond })
    let first = rounds[0]
    acceptanceRate = first.testedCount > 0 ? Double(first.acceptedCount) / Double(first.testedCount) : nil
    tokensPerTargetPass = Double(first.tokenCount) / Double(first.targetPassCount)
    wasted = first.wastedCount
    overlapShare = median(rounds.map { $0.overlappedSeconds / $0.seconds })
  }

  /// Such as "sd 4".
  fileprivate var name: String {
    [mode, draftLength.map { "\($0)" }].compactMap(\.self).joined(separator: " ")
  }

  /// "1+1" at the same time, "2/2" in turn.
  private var threadText: String {
    draftThreads == 0 ? "\(threads)" : "\(threads)\(isParallel ? "+" : "/")\(draftThreads)"
  }

  fileprivate var line: String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let percent = { (share: Double?) in share.map { String(format: "%.0f %%", $0 * 100) } ?? "–" }
    return mode + right(draftLength.map(String.init) ?? "–", 19 - mode.count)
      + right(threadText, 9)
      + right(String(format: "%.1f", tokensPerSecond), 10) + right(String(format: "%.2f×", ratio), 7)
      + right(percent(acceptanceRate), 10) + right(String(format: "%.2f", tokensPerTargetPass), 13)
      + right(percent(overlapShare), 11)
  }
}
