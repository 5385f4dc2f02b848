import Decoding

/// A way of decoding that `--modes` can name.
struct ContestantKind: Sendable {
  enum DraftLengths: Sendable {
    /// It has none.
    case none
    /// Only if the name comes with them.
    case own
    /// Those of the name, else those of `--draft-length`.
    case ownOrCommon
  }

  let name: String
  /// What decides on the layout: contestants of one mode have the same threads.
  let mode: ModeName
  let draftLengths: DraftLengths
  /// Of its bars.
  let color: String
  /// What the scheduler runs; without a length a policy ends drafts, or the mode itself does.
  let decoding: @Sendable (_ draftLength: Int?) -> DecodingMode

  /// Whether it can draft while it verifies.
  var hasLanes: Bool { mode == .pearl || mode == .auto }

  /// Most tokens that sd drafts where a policy ends drafts.
  private static let longestDraft = 16

  static let all = [
    ContestantKind(name: "ar", mode: .ar, draftLengths: .none, color: "#b4bcc8") { _ in .autoregressive },
    ContestantKind(name: "sd", mode: .sd, draftLengths: .ownOrCommon, color: "#6ea8dc") {
      .speculative(draftLength: $0 ?? longestDraft)
    },
    ContestantKind(name: "pearl", mode: .pearl, draftLengths: .own, color: "#14907c") {
      $0.map { .lockstepPEARL(draftLength: $0) } ?? .freeRunningPEARL
    },
    ContestantKind(name: "auto", mode: .auto, draftLengths: .none, color: "#c8762b") { _ in .automatic },
  ]

  static func named(_ name: String) -> ContestantKind? { all.first { $0.name == name } }
}
