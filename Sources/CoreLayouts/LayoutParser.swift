import Topology

/// Reads the grammar of layouts:
///
///     layout     = "auto" | assignment *( "," assignment )
///     assignment = ( "target" | "draft" | "shared" ) "=" group
///     group      = item *( ( "," | "+" ) item )
///     item       = "node" number | number [ "-" number ]
struct LayoutParser {
  private let text: String
  private let characters: [Character]
  private var position = 0

  init(_ text: String) {
    self.text = text
    characters = Array(text)
  }

  mutating func parse() throws(LayoutError) -> LayoutRequest.Form {
    if characters.isEmpty { throw error(.empty, 0..<0) }
    if text == "auto" { return .automatic }
    var groups: [String: CPUGroup] = [:]
    var places: [String: Range<Int>] = [:]
    repeat {
      let (name, place) = try parseName()
      if groups[name] != nil { throw error(.repeatedName(name), place) }
      groups[name] = try parseGroup()
      places[name] = place
      if groups.count > 1, let shared = places["shared"] { throw error(.sharedAndApart, shared) }
    } while skip(",")
    if let shared = groups["shared"] { return .shared(shared) }
    guard let target = groups["target"] else { throw error(.noTarget, places["draft"]!) }
    return .apart(target: target, draft: groups["draft"])
  }

  private mutating func parseName() throws(LayoutError) -> (name: String, place: Range<Int>) {
    let start = position
    let word = takeWord()
    let place = start..<position
    guard !word.isEmpty, skip("=") else {
      throw error(.expectedName, place.isEmpty ? start..<start + 1 : place)
    }
    guard ["target", "draft", "shared"].contains(word) else { throw error(.unknownName(word), place) }
    return (word, place)
  }

  /// Takes items until the end, or up to the comma before the next name.
  private mutating func parseGroup() throws(LayoutError) -> CPUGroup {
    var group = CPUGroup(items: [])
    repeat {
      group.items.append(try parseItem())
    } while skip("+") || (!isAtAssignment(after: ",") && skip(","))
    guard position == characters.count || characters[position] == "," else {
      throw error(.expectedCPUs, position..<position + 1)
    }
    return group
  }

  private mutating func parseItem() throws(LayoutError) -> CPUGroup.Item {
    let start = position
    let word = takeWord()
    let place = start..<max(position, start + 1)
    let isNode = word.hasPrefix("node")
    let range: ClosedRange<Int>
    do {
      range = try CPUSet.range(of: isNode ? String(word.dropFirst(4)) : word)
    } catch {
      throw self.error(LayoutError.Problem(error), place)
    }
    guard isNode else { return CPUGroup.Item(name: .cpus(range), place: place) }
    guard !word.contains("-") else { throw error(.expectedCPUs, place) }
    return CPUGroup.Item(name: .node(range.lowerBound), place: place)
  }

  /// Whether `separator` comes next, and after it a name with `=`.
  private func isAtAssignment(after separator: Character) -> Bool {
    guard position < characters.count, characters[position] == separator else { return false }
    let word = characters[(position + 1)...].prefix { !Self.isSeparator($0) }
    let end = word.endIndex
    return end < characters.count && characters[end] == "="
  }

  /// Everything up to the next separator.
  private mutating func takeWord() -> String {
    let word = characters[position...].prefix { !Self.isSeparator($0) }
    position = word.endIndex
    return String(word)
  }

  private mutating func skip(_ character: Character) -> Bool {
    guard position < characters.count, characters[position] == character else { return false }
    position += 1
    return true
  }

  private static func isSeparator(_ character: Character) -> Bool { ",+=".contains(character) }

  private func error(_ problem: LayoutError.Problem, _ place: Range<Int>) -> LayoutError {
    LayoutError(problem, in: text, at: place)
  }
}

extension LayoutError.Problem {
  fileprivate init(_ problem: CPUListProblem) {
    switch problem {
    case .notANumber: self = .expectedCPUs
    case .tooLarge: self = .numberTooLarge
    case .reversed: self = .reversedRange
    }
  }
}
