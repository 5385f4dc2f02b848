/// The name that was meant by one that is not known.
enum NameSuggestion {
  /// A question such as `did you mean q4_k_m? `, or nothing when no name is near.
  static func question(_ name: String, among names: [String]) -> String {
    nearest(name, among: names).map { "did you mean \($0)? " } ?? ""
  }

  /// The name at the smallest distance, of at most two edits; `-`, `_` and case do not count.
  static func nearest(_ name: String, among names: [String]) -> String? {
    let distances = names.map { (name: $0, distance: distance(plain(name), plain($0))) }
    guard let best = distances.min(by: { $0.distance < $1.distance }), best.distance <= 2 else { return nil }
    return best.name
  }

  private static func plain(_ name: String) -> [Character] {
    name.lowercased().filter { $0 != "_" && $0 != "-" }
  }

  /// Levenshtein's distance.
  private static func distance(_ first: [Character], _ second: [Character]) -> Int {
    var row = Array(0...second.count)
    for (i, a) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in second.enumerated() {
        (diagonal, row[j + 1]) = (
          row[j + 1], min(diagonal + (a == b ? 0 : 1), row[j] + 1, row[j + 1] + 1)
        )
      }
    }
    return row[second.count]
  }
}
