/// Watches text for stop strings, and holds back what may be the beginning of one: an Aho-Corasick automaton.
///
/// The result does not depend on how the text is cut. The stop string that is complete first stops; of several that
/// end at one place, the longest. Comparison is by bytes.
public struct StopStringMatcher: Sendable {
  private struct State {
    /// The length of the beginning of a stop string that the text ends with.
    var depth = 0
    var children: [UInt8: Int] = [:]
    /// The state of the longest proper suffix.
    var fallback = 0
    /// The longest stop string that the text ends with.
    var match: Int?
  }

  private let stopStrings: [String]
  private var states = [State()]
  private var state = 0
  private var held: [UInt8] = []
  /// The stop string that was found; nothing is released after it.
  public private(set) var stopString: String?

  public var isStopped: Bool { stopString != nil }

  /// Empty strings are left out: they stop nothing.
  public init(_ stopStrings: [String]) {
    self.stopStrings = stopStrings.filter { !$0.isEmpty }
    for index in self.stopStrings.indices { insert(index) }
    linkFallbacks()
  }

  private mutating func insert(_ index: Int) {
    var current = 0
    for byte in stopStrings[index].utf8 {
      if let next = states[current].children[byte] {
        current = next
      } else {
        states.append(State(depth: states[current].depth + 1))
        states[current].children[byte] = states.count - 1
        current = states.count - 1
      }
    }
    states[current].match = index
  }

  /// Breadth first: the fallback of a state is shallower than the state.
  private mutating func linkFallbacks() {
    var order = [0]
    var position = 0
    while position < order.count {
      let parent = order[position]
      position += 1
      for (byte, child) in states[parent].children {
        order.append(child)
        if parent != 0 { states[child].fallback = step(states[parent].fallback, byte) }
        if states[child].match == nil { states[child].match = states[states[child].fallback].match }
      }
    }
  }

  private func step(_ from: Int, _ byte: UInt8) -> Int {
    var current = from
    while true {
      if let next = states[current].children[byte] { return next }
      if current == 0 { return 0 }
      current = states[current].fallback
    }
  }

  /// Takes more text and returns what is certain not to belong to a stop string.
  /// - Complexity: O(length of `text`).
  public mutating func append(_ text: String) -> String {
    if isStopped { return "" }
    for byte in text.utf8 {
      held.append(byte)
      state = step(state, byte)
      guard let match = states[state].match else { continue }
      stopString = stopStrings[match]
      held.removeLast(stopStrings[match].utf8.count)
      return release(held.count)
    }
    return release(held.count - states[state].depth)
  }

  /// The text that was held back and turned out to be no stop string.
  public mutating func finish() -> String {
    state = 0
    return isStopped ? "" : release(held.count)
  }

  private mutating func release(_ count: Int) -> String {
    defer { held.removeFirst(count) }
    return String(decoding: held.prefix(count), as: UTF8.self)
  }
}
