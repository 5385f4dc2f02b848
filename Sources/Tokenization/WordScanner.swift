/// Finds the ends of words: hand-written forms of the regular expressions that GPT-2 and Llama 3 cut text with.
///
/// A piece of text is seen alone: neither expression looks beyond its end.
struct WordScanner {
  let text: ClassifiedText
  /// The end of the piece.
  let end: Int

  /// Appends the end of each word, where `wordEnd` gives the end of the word that starts at a position.
  func split(_ range: Range<Int>, into ends: inout [Int], wordEnd: (Int) -> Int) {
    var position = range.lowerBound
    while position < end {
      position = wordEnd(position)
      ends.append(position)
    }
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  func gpt2End(_ start: Int) -> Int {
    if let end = contractionEnd(start, ignoringCase: false) { return end }
    let first = text.scalars[start] == " " ? start + 1 : start
    if first < end {
      switch text.classes[first] {
      case .letter: return runEnd(first) { $0 == .letter }
      case .number: return runEnd(first) { $0 == .number }
      case .punctuation, .other: return runEnd(first) { $0 == .punctuation || $0 == .other }
      case .whitespace: break
      }
    }
    return whitespaceEnd(start)
  }

  /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,d}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|`
  /// `\s+(?!\S)|\s+`
  func llama3End(_ start: Int, digitCount: Int) -> Int {
    if let end = contractionEnd(start, ignoringCase: true) { return end }
    let kind = text.classes[start]
    if kind == .number {
      return runEnd(start, limit: start + digitCount) { $0 == .number }
    }
    if kind == .letter { return runEnd(start) { $0 == .letter } }
    if !isNewline(start), start + 1 < end, text.classes[start + 1] == .letter {
      return runEnd(start + 1) { $0 == .letter }
    }
    let first = text.scalars[start] == " " ? start + 1 : start
    if first < end, text.classes[first] == .punctuation || text.classes[first] == .other {
      var position = runEnd(first) { $0 == .punctuation || $0 == .other }
      while position < end, isNewline(position) { position += 1 }
      return position
    }
    return lastNewlineEnd(start) ?? whitespaceEnd(start)
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d`; letters are ASCII also where case is ignored.
  private func contractionEnd(_ start: Int, ignoringCase: Bool) -> Int? {
    guard text.scalars[start] == "'", start + 1 < end else { return nil }
    let one = letter(start + 1, ignoringCase: ignoringCase)
    if one == "s" || one == "t" || one == "m" || one == "d" { return start + 2 }
    guard start + 2 < end else { return nil }
    switch (one, letter(start + 2, ignoringCase: ignoringCase)) {
    case ("r", "e"), ("v", "e"), ("l", "l"): return start + 3
    default: return nil
    }
  }

  private func letter(_ position: Int, ignoringCase: Bool) -> Unicode.Scalar {
    let scalar = text.scalars[position]
    guard ignoringCase, ("A"..."Z").contains(scalar) else { return scalar }
    return Unicode.Scalar(UInt8(scalar.value) | 0x20)
  }

  /// The end of the run of scalars from `start` whose class is `accepted`, or `limit` if that comes first.
  private func runEnd(_ start: Int, limit: Int = .max, accepted: (ScalarClass) -> Bool) -> Int {
    var position = start
    while position < end, position < limit, accepted(text.classes[position]) { position += 1 }
    return position
  }

  /// `\s+(?!\S)|\s+`: all whitespace, but for the last one if something follows.
  private func whitespaceEnd(_ start: Int) -> Int {
    let position = runEnd(start) { $0 == .whitespace }
    return position < end && position - start > 1 ? position - 1 : max(position, start + 1)
  }

  /// `\s*[\r\n]+`: whitespace up to the last line break in it.
  private func lastNewlineEnd(_ start: Int) -> Int? {
    var position = runEnd(start) { $0 == .whitespace }
    while position > start {
      if isNewline(position - 1) { return position }
      position -= 1
    }
    return nil
  }

  private func isNewline(_ position: Int) -> Bool {
    text.scalars[position] == "\n" || text.scalars[position] == "\r"
  }
}
