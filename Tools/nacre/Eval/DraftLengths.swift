import ArgumentParser

/// Which draft lengths to measure: `4`, `2,4,8`, `1..16`, or `best`.
struct DraftLengths: Equatable {
  let values: [Int]
  /// Whether only the best of them is to be shown.
  let showsBestAlone: Bool

  /// All that `best` tries.
  static let sweep = 1...16
  static let range = 1...64

  /// - Parameter source: For errors, such as `--draft-length`.
  /// - Throws: `ValidationError` that names the source and the word.
  init(parsing text: String, _ source: String) throws {
    showsBestAlone = text == "best"
    values = showsBestAlone ? Array(Self.sweep) : try Self.numbers(text, source)
  }

  private static func numbers(_ text: String, _ source: String) throws -> [Int] {
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = try words.flatMap { word throws -> [Int] in
      let ends = word.split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        range.contains(first), range.contains(last), first <= last
      else {
        throw ValidationError(
          "\(source): \"\(word)\" is neither a number in \(range.lowerBound)..\(range.upperBound) nor a range of them, "
            + "such as 1..8, nor is all of it \"best\"")
      }
      return Array(first...last)
    }
    return numbers.withoutRepetitions
  }
}

extension Array where Element: Hashable {
  /// The elements in their order, each once.
  var withoutRepetitions: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
