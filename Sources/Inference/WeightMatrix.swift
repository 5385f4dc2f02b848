import KernelDispatch

/// A matrix of a model: in one piece, or cut into pieces of whole row groups that lie on different NUMA nodes.
struct WeightMatrix {
  struct Piece {
    /// The node that holds the piece, where it was asked to be on one.
    let node: Int?
    /// Row of the whole matrix that the piece begins with; a multiple of 16.
    let firstRow: Int
    let matrix: PackedMatrix
  }

  /// The only piece, as a rule.
  let first: Piece
  /// Those that follow it, in the order of their rows.
  let others: [Piece]

  /// - Parameter pieces: At least one; in the order of their rows, none empty.
  init(pieces: [Piece]) {
    first = pieces[0]
    others = Array(pieces.dropFirst())
  }

  /// Bytes of all row groups.
  var byteCount: Int { others.reduce(first.matrix.byteCount) { $0 + $1.matrix.byteCount } }

  /// Whether inputs are int8 blocks (true) or floats.
  var takesQuantizedInput: Bool { first.matrix.takesQuantizedInput }
}
