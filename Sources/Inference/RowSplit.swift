import Platform

/// How the 16-row groups of a matrix are shared out to pieces of memory.
struct RowSplit: Equatable {
  /// One piece: where it is asked to be, and its part of the rows over the sum of all parts.
  struct Piece: Equatable {
    let placement: MemoryPlacement
    let share: Int
  }

  let pieces: [Piece]

  /// - Parameter homes: Of the team that computes with the matrix.
  init(_ placement: LanePlacement, homes: [TeamHome]) {
    if let parts = placement.spread?.parts {
      // In units of about a millionth, so that products with numbers of groups are far from overflow.
      let unit = max(1, parts.reduce(0) { $0 + $1.byteCount } >> 20)
      pieces = parts.map {
        Piece(placement: .bind(node: $0.node), share: max(1, $0.byteCount / unit))
      }
      return
    }
    let atHome = homes.filter { $0.node.map(placement.nodes.contains) ?? false }
    if placement.nodes.count > 1, atHome.count == placement.nodes.count {
      // As many rows as threads: each thread reads the same number of bytes.
      pieces = atHome.map { Piece(placement: .bind(node: $0.node!), share: $0.threadCount) }
    } else {
      pieces = [Piece(placement: placement.shared, share: 1)]
    }
  }

  /// The groups of each piece: in order, without gaps; some may be empty when there are fewer groups than pieces.
  func ranges(groupCount: Int) -> [Range<Int>] {
    let total = pieces.reduce(0) { $0 + $1.share }
    var (first, shareBefore) = (0, 0)
    return pieces.map { piece in
      shareBefore += piece.share
      // Shares are numbers of threads or millionths, groups less than 2^40: their product is far from overflow.
      let end = groupCount * shareBefore / total
      defer { first = end }
      return first..<end
    }
  }
}
