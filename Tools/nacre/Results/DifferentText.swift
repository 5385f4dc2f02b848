import TensorTypes

/// A contestant wrote another text than the target alone.
struct DifferentText: Error, Equatable, CustomStringConvertible {
  let prompt: String
  let contestant: String
  /// The first token that is another, counted from the end of the prompt.
  let position: Int
  /// There; nil: the text had ended.
  let expected: TokenID?
  let found: TokenID?

  var description: String {
    let token = { (id: TokenID?) in id.map { "token \($0)" } ?? "the end" }
    return "\(prompt): \(contestant) wrote another text than ar: token \(position) is \(token(found)), "
      + "not \(token(expected))"
  }

  /// Nil where the texts are the same.
  init?(_ found: [TokenID], insteadOf expected: [TokenID], prompt: String, contestant: String) {
    guard found != expected else { return nil }
    let position = zip(found, expected).prefix { $0 == $1 }.count
    (self.prompt, self.contestant, self.position) = (prompt, contestant, position)
    self.expected = position < expected.count ? expected[position] : nil
    self.found = position < found.count ? found[position] : nil
  }
}
