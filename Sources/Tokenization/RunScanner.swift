/// Cuts out the runs of a set of scalars: the matches of `[set]{n,m}`, with `\s?` in front if `leadingSpace`.
struct RunScanner {
  let text: ClassifiedText
  let set: ScalarSet
  let leadingSpace: Bool
  let count: ClosedRange<Int>

  /// Appends the end of each match and of each gap between matches.
  func split(_ range: Range<Int>, into ends: inout [Int]) {
    var position = range.lowerBound
    var gapStart = position
    while position < range.upperBound {
      let matchEnd = matchEnd(position, range.upperBound)
      if matchEnd == position {
        position += 1
        continue
      }
      if gapStart < position { ends.append(position) }
      ends.append(matchEnd)
      position = matchEnd
      gapStart = matchEnd
    }
    if gapStart < range.upperBound { ends.append(range.upperBound) }
  }

  /// The end of the match that starts at `start`, or `start` if there is none.
  private func matchEnd(_ start: Int, _ end: Int) -> Int {
    var first = start
    if leadingSpace, text.classes[start] == .whitespace { first += 1 }
    var position = first
    while position < end, position - first < count.upperBound,
      set.contains(text.scalars[position], text.classes[position])
    {
      position += 1
    }
    return position - first >= count.lowerBound ? position : start
  }
}
