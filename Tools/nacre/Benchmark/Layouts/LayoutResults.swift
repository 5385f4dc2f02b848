/// One way to run a pair of models: where, how, and how far ahead the draft goes.
struct LayoutCase: Codable, Hashable {
  /// As on the command line, such as `target=0-6,draft=7`.
  let layout: String
  let mode: ModeName
  /// Nil without a draft.
  let draftLength: Int?

  /// Such as `pearl 4`.
  var modeText: String { mode.rawValue + (draftLength.map { " \($0)" } ?? "") }
}

/// What one case measured; counts are of one round over all prompts.
struct LayoutCaseResult: Codable, Equatable {
  let `case`: LayoutCase
  let tokensPerSecond: Spread
  /// Over the target alone on all CPUs in the same round.
  let ratio: Spread
  /// Accepted of the tokens that the target judged (α); nil without a draft.
  let acceptanceRate: Double?
  let tokensPerTargetPass: Double
  let wastedCount: Int
  /// Share of the time in which both models computed.
  let overlapShare: Double
}

/// What a layout's lanes cost alone and beside each other, in seconds; of one-token passes.
struct LaneCosts: Codable, Equatable {
  /// Of the target alone.
  let targetPass: Double
  /// Share of the read bandwidth of the target's CPUs that it takes.
  let bandwidthShare: Double
  /// Nil without a draft.
  let draftPass: Double?
  /// How much longer a pass of the target takes while the draft runs (κ): 0.1 is a tenth. Nil where they never do.
  let targetSlowdown: Double?
  /// How much longer a pass of the draft takes while the target runs.
  let draftSlowdown: Double?
}

/// All of a sweep that is measured, in the order of measuring.
struct LayoutResults: Codable, Equatable {
  /// What must be the same for results to be compared, or taken from an earlier run.
  struct Conditions: Codable, Equatable {
    struct Model: Codable, Equatable {
      let path: String
      let byteCount: Int
      /// Of parts of the file, in hexadecimal.
      let fingerprint: String
    }

    /// Changes when the processor or this process's share of it does.
    let machineIdentity: String
    let processorName: String?
    let kernelLevel: String
    let target: Model
    let draft: Model
    /// Of prompts and sampling, in hexadecimal.
    let textFingerprint: String
    let maximumTokenCount: Int
    let rounds: Int
    let kvType: String
  }

  static let currentVersion = 1

  /// Of the format of the file.
  var version = currentVersion
  let conditions: Conditions
  /// When the first case was measured, such as 2026-11-21.
  let date: String
  /// By layout.
  var lanes: [String: LaneCosts] = [:]
  var cases: [LayoutCaseResult] = []

  func result(of wanted: LayoutCase) -> LayoutCaseResult? { cases.first { $0.case == wanted } }

  /// The case with the most tokens per second; nil before any is measured.
  var best: LayoutCaseResult? { cases.max { $0.tokensPerSecond.median < $1.tokensPerSecond.median } }

  /// The cases of each layout, both in the order of measuring.
  var byLayout: [(layout: String, cases: [LayoutCaseResult])] {
    var groups: [(layout: String, cases: [LayoutCaseResult])] = []
    for result in cases {
      let index = groups.firstIndex { $0.layout == result.case.layout }
      if let index {
        groups[index].cases.append(result)
      } else {
        groups.append((result.case.layout, [result]))
      }
    }
    return groups
  }
}
