import ArgumentParser
import Decoding

/// A way of decoding that `--modes` can name.
struct ContestantKind: Sendable {
  let name: String
  /// What decides on the layout: contestants of one mode have the same threads.
  let mode: ModeName
  /// Whether it comes with a draft length.
  let drafts: Bool
  /// What the scheduler runs; without a draft the length has no meaning.
  let decoding: @Sendable (_ draftLength: Int) -> DecodingMode

  static let all = [
    ContestantKind(name: "ar", mode: .ar, drafts: false) { _ in .autoregressive },
    ContestantKind(name: "sd", mode: .sd, drafts: true) { .speculative(draftLength: $0) },
    ContestantKind(name: "pearl", mode: .pearl, drafts: true) { .lockstepPEARL(draftLength: $0) },
  ]

  static func named(_ name: String) -> ContestantKind? { all.first { $0.name == name } }
}

/// A way of decoding with all that belongs to it, such as `sd:4`.
struct Contestant: Codable, Hashable {
  /// Of its `ContestantKind`.
  let kind: String
  /// Nil without a draft.
  let draftLength: Int?
  /// Whether it is one of many draft lengths of which only the best counts.
  let isSwept: Bool

  static let targetAlone = Contestant(kind: "ar", draftLength: nil, isSwept: false)

  /// What decides on its layout.
  /// - Precondition: It is of a kind that exists.
  var mode: ModeName { ContestantKind.named(kind)!.mode }

  /// As `--modes` takes it.
  var text: String { kind + (draftLength.map { ":\($0)" } ?? "") }
}

extension Contestant {
  /// What `--modes` asks for: names separated by commas, each perhaps with draft lengths of its own behind a colon.
  ///
  /// The target alone comes first, asked for or not: the others are compared with it.
  /// - Parameter lengths: For names without lengths of their own.
  /// - Throws: `ValidationError` that names the word.
  static func parse(_ modes: String, lengths: DraftLengths) throws -> [Contestant] {
    let words = modes.split(separator: ",", omittingEmptySubsequences: false)
    let contestants = try words.flatMap { word throws -> [Contestant] in
      let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let kind = ContestantKind.named(parts[0]) else {
        let names = ContestantKind.all.map(\.name)
        throw ValidationError(
          "--modes: \"\(parts[0])\" is no mode; \(NameSuggestion.question(parts[0], among: names))"
            + "there are \(names.joined(separator: ", "))")
      }
      guard kind.drafts else {
        guard parts.count == 1 else { throw ValidationError("--modes: \(kind.name) has no draft length") }
        return [Contestant(kind: kind.name, draftLength: nil, isSwept: false)]
      }
      let own = parts.count == 2 ? try DraftLengths(parsing: parts[1], "--modes: \(word)") : lengths
      return own.values.map {
        Contestant(kind: kind.name, draftLength: $0, isSwept: own.showsBestAlone)
      }
    }
    return ([targetAlone] + contestants).withoutRepetitions
  }
}
