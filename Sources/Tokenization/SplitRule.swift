/// One step of a pre-tokenizer: cuts a piece of text into smaller pieces, losing nothing.
enum SplitRule: Sendable {
  /// The words of GPT-2.
  case gpt2
  /// The words of Llama 3 and Qwen 2; numbers are cut after `digitCount` digits.
  case llama3(digitCount: Int)
  /// Cuts out each run of `count` scalars of a set, with one whitespace before it if `leadingSpace`.
  case run(of: ScalarSet, leadingSpace: Bool = false, count: ClosedRange<Int> = 1...Int.max)
  /// Cuts off whitespace at the end: `\s+$`.
  case trailingWhitespace

  /// Appends the ends of the pieces of `text[range]`; the last is `range.upperBound`.
  /// - Complexity: O(`range.count`).
  func split(_ text: ClassifiedText, _ range: Range<Int>, into ends: inout [Int]) {
    switch self {
    case .gpt2:
      let scanner = WordScanner(text: text, end: range.upperBound)
      scanner.split(range, into: &ends) { scanner.gpt2End($0) }
    case .llama3(let digitCount):
      let scanner = WordScanner(text: text, end: range.upperBound)
      scanner.split(range, into: &ends) { scanner.llama3End($0, digitCount: digitCount) }
    case .run(let set, let leadingSpace, let count):
      RunScanner(text: text, set: set, leadingSpace: leadingSpace, count: count).split(range, into: &ends)
    case .trailingWhitespace:
      var start = range.upperBound
      while start > range.lowerBound, text.classes[start - 1] == .whitespace { start -= 1 }
      if start > range.lowerBound, start < range.upperBound { ends.append(start) }
      if !range.isEmpty { ends.append(range.upperBound) }
    }
  }
}
