import TensorTypes

/// Finds the texts of control and user-defined tokens: a trie over bytes.
struct SpecialTokenMatcher: Sendable {
  enum Fragment: Equatable {
    case text(Range<Int>)
    case token(TokenID)
  }

  private struct Node {
    var byte: UInt8
    var firstChild = -1
    var nextSibling = -1
    var userDefined: TokenID = -1
    var hidden: TokenID = -1
  }

  private var nodes: [Node] = []
  /// The first level of the trie, by byte.
  private var roots: [Int] = Array(repeating: -1, count: 256)

  init(_ vocabulary: Vocabulary) {
    for index in 0..<vocabulary.count {
      let type = vocabulary.types[index]
      guard type == .userDefined || type.isHidden else { continue }
      insert(vocabulary.table.strings[index], token: TokenID(index), isHidden: type.isHidden)
    }
  }

  private mutating func insert(_ text: ArraySlice<UInt8>, token: TokenID, isHidden: Bool) {
    guard let first = text.first else { return }
    if roots[Int(first)] < 0 {
      roots[Int(first)] = nodes.count
      nodes.append(Node(byte: first))
    }
    var node = roots[Int(first)]
    for byte in text.dropFirst() {
      if let child = child(of: node, byte: byte) {
        node = child
      } else {
        nodes.append(Node(byte: byte, nextSibling: nodes[node].firstChild))
        nodes[node].firstChild = nodes.count - 1
        node = nodes.count - 1
      }
    }
    if isHidden {
      if nodes[node].hidden < 0 { nodes[node].hidden = token }
    } else if nodes[node].userDefined < 0 {
      nodes[node].userDefined = token
    }
  }

  private func child(of node: Int, byte: UInt8) -> Int? {
    var child = nodes[node].firstChild
    while child >= 0 {
      if nodes[child].byte == byte { return child }
      child = nodes[child].nextSibling
    }
    return nil
  }

  /// Cuts `text` at every special token, leftmost and longest first.
  /// - Parameter parseSpecial: Whether hidden tokens (control, unknown) count; user-defined ones always do.
  /// - Complexity: O(n · length of the longest special token).
  func fragments(of text: [UInt8], parseSpecial: Bool) -> [Fragment] {
    var fragments: [Fragment] = []
    var textStart = 0
    var position = 0
    while position < text.count {
      guard roots[Int(text[position])] >= 0,
        let match = longestMatch(in: text, at: position, parseSpecial: parseSpecial)
      else {
        position += 1
        continue
      }
      if textStart < position { fragments.append(.text(textStart..<position)) }
      fragments.append(.token(match.token))
      position = match.end
      textStart = position
    }
    if textStart < text.count { fragments.append(.text(textStart..<text.count)) }
    return fragments
  }

  private func longestMatch(
    in text: [UInt8], at start: Int, parseSpecial: Bool
  ) -> (token: TokenID, end: Int)? {
    var best: (token: TokenID, end: Int)?
    var node = roots[Int(text[start])]
    var end = start + 1
    while true {
      if nodes[node].userDefined >= 0 {
        best = (nodes[node].userDefined, end)
      } else if parseSpecial, nodes[node].hidden >= 0 {
        best = (nodes[node].hidden, end)
      }
      guard end < text.count, let next = child(of: node, byte: text[end]) else { return best }
      node = next
      end += 1
    }
  }
}
