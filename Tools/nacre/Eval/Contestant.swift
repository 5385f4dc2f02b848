import ArgumentParser
import Decoding

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

  /// What the scheduler runs.
  /// - Precondition: It is of a kind that exists.
  var decoding: DecodingMode { ContestantKind.named(kind)!.decoding(draftLength) }

  /// The same for contestants that only their draft lengths tell apart.
  var group: String { draftLength == nil ? kind : "\(kind):" }

  /// Of its bars.
  /// - Precondition: It is of a kind that exists.
  var color: String { ContestantKind.named(kind)!.color }

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
      guard kind.draftLengths != .none || parts.count == 1 else {
        throw ValidationError("--modes: \(kind.name) has no draft length")
      }
      guard parts.count == 2 || kind.draftLengths == .ownOrCommon else {
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
