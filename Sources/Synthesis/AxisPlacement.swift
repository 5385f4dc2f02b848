/// What a dimension of a tensor counts.
enum Axis {
  case residual, query, keyValue, hidden
  /// Rows of the token embedding: what pads them repeats the others.
  case token
  /// Rows of the output matrix.
  case logit
  /// Values of one head, or pairs of them: the same in both models.
  case unchanged(Int)
}

/// Where the entries of a small model's axis lie on the big model's; the others there are new.
struct AxisPlacement {
  struct Run {
    /// First entry in the small model. Nil: new entries that the old ones reach, whose weights in columns are zero.
    let source: Int?
    /// First entry in the big model.
    let start: Int
    let count: Int
    var range: Range<Int> { start..<start + count }
  }

  /// Entries in the big model.
  let count: Int
  /// Ascending in the big model, where they do not overlap.
  let runs: [Run]

  init(count: Int, runs: [Run]) {
    self.count = count
    self.runs = runs
  }

  /// The small axis at the beginning of the big one.
  init(_ sourceCount: Int, in count: Int) {
    self.init(count: count, runs: [Run(source: 0, start: 0, count: sourceCount)])
  }

  /// The small axis again and again until the big one is full.
  init(repeating sourceCount: Int, in count: Int) {
    self.init(
      count: count,
      runs: stride(from: 0, to: count, by: sourceCount).map {
        Run(source: 0, start: $0, count: min(sourceCount, count - $0))
      })
  }

  /// The entry of the small model at `index`, or nil where the entry is new.
  func source(of index: Int) -> Int? {
    guard let run = runs.first(where: { $0.range.contains(index) }) else { return nil }
    return run.source.map { $0 + index - run.start }
  }
}
