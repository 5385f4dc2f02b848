import ArgumentParser
import Decoding

/// A way of decoding with all that belongs to it, such as `sd:4` or `pearl+adaedl`.
struct Contestant: Codable, Hashable {
  /// Of its `ContestantKind`.
  let kind: String
  /// Asked before the draft model, in this order.
  var guessers: [GuesserMethod] = []
  /// What ends drafts; nil: the mode's own.
  var policy: PolicyName?
  /// Whether the draft goes on from several first tokens where it can.
  var hasBranches = false
  /// Nil where there is none, or the mode or the policy chooses it.
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

  /// Whether it is speculative decoding as it was first published: what others like to be compared with.
  var isFixedSD: Bool { kind == "sd" && isPlain }

  /// Whether the draft model alone proposes, and the mode alone says how much.
  var isPlain: Bool { guessers.isEmpty && policy == nil && !hasBranches }

  /// Nil: the mode's own.
  func stopRule(threshold: Double?) -> StopRuleMethod? { policy?.stopRule(threshold: threshold) }

  /// The same for contestants that only their draft lengths tell apart.
  var group: String { draftLength == nil ? name : "\(name):" }

  /// Of its bars.
  /// - Precondition: It is of a kind that exists.
  var color: String { ContestantKind.named(kind)!.color }

  /// As `--modes` takes it.
  var text: String { name + (draftLength.map { ":\($0)" } ?? "") }

  private var name: String {
    ([kind] + guessers.map(\.rawValue) + [policy?.rawValue].compactMap(\.self)
      + (hasBranches ? [Self.branches] : [])).joined(separator: "+")
  }
}

extension Contestant {
  /// What `--modes` asks for: names separated by commas, each perhaps with guessers and a policy behind plus signs
  /// and draft lengths of its own behind a colon.
  ///
  /// The target alone comes first, asked for or not: the others are compared with it.
  /// - Parameter lengths: For names without lengths of their own that need one.
  /// - Throws: `ValidationError` that names the word.
  static func parse(_ modes: String, lengths: DraftLengths) throws -> [Contestant] {
    let words = modes.split(separator: ",", omittingEmptySubsequences: false)
    return ([targetAlone] + (try words.flatMap { try contestants(String($0), lengths) })).withoutRepetitions
  }

  private static func contestants(_ word: String, _ lengths: DraftLengths) throws -> [Contestant] {
    let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let names = words(String(parts[0]), knowing: extraNames)
    guard let kind = ContestantKind.named(names[0]) else {
      throw unknown(names[0], "mode", among: ContestantKind.all.map(\.name))
    }
    let hasBranches = names.contains(branches)
    guard !hasBranches || kind.hasLanes else {
      throw ValidationError("--modes: \(kind.name) does not draft while it verifies: it has no branches")
    }
    let (guessers, policy) = try extras(names.dropFirst().filter { $0 != branches }, of: kind)
    guard kind.draftLengths != .none || parts.count == 1 else {
      throw ValidationError("--modes: \(kind.name) has no draft length")
    }
    let needsLength = kind.draftLengths == .ownOrCommon && (policy ?? .fixed) == .fixed
    guard parts.count == 2 || needsLength else {
      return [
        Contestant(
          kind: kind.name, guessers: guessers, policy: policy, hasBranches: hasBranches, draftLength: nil,
          isSwept: false)
      ]
    }
    let own = parts.count == 2 ? try DraftLengths(parsing: String(parts[1]), "--modes: \(word)") : lengths
    return own.values.map {
      Contestant(
        kind: kind.name, guessers: guessers, policy: policy, hasBranches: hasBranches, draftLength: $0,
        isSwept: own.showsBestAlone)
    }
  }

  private static let branches = "branches"
  private static let extraNames =
    GuesserMethod.allCases.map(\.rawValue) + PolicyName.allCases.map(\.rawValue) + [branches]

  /// The parts of a text between plus signs; names that are known may have plus signs themselves, as SpecDec++ does.
  static func words(_ text: String, knowing names: [String]) -> [String] {
    var words: [String] = []
    var rest = Substring(text)
    while true {
      let known = names.filter { rest == $0 || rest.hasPrefix($0 + "+") }.max { $0.count < $1.count }
      let word = known.map { rest.prefix($0.count) } ?? rest.prefix { $0 != "+" }
      words.append(String(word))
      rest = rest.dropFirst(word.count)
      if rest.isEmpty { return words }
      rest = rest.dropFirst()
    }
  }

  /// Guessers and perhaps a policy, as they stand behind plus signs.
  private static func extras(
    _ words: [String], of kind: ContestantKind
  ) throws -> ([GuesserMethod], PolicyName?) {
    guard words.isEmpty || kind.mode != .ar else {
      throw ValidationError("--modes: ar drafts nothing: there is nothing to guess or to end")
    }
    var guessers: [GuesserMethod] = []
    var policies: [PolicyName] = []
    for word in words {
      if let guesser = GuesserMethod(rawValue: word) {
        guessers.append(guesser)
      } else if let policy = PolicyName(rawValue: word) {
        policies.append(policy)
      } else {
        throw unknown(word, "guesser and no policy", among: extraNames)
      }
    }
    guard policies.count < 2 else { throw ValidationError("--modes: \(kind.name) has two policies") }
    return (guessers.withoutRepetitions, policies.first)
  }

  private static func unknown(_ name: String, _ noun: String, among names: [String]) -> ValidationError {
    ValidationError(
      "--modes: \"\(name)\" is no \(noun); \(NameSuggestion.question(name, among: names))"
        + "there are \(names.joined(separator: ", "))")
  }
}
