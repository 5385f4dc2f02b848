import CKernelABI
import KernelDispatch
import Platform

/// One or more matrices times the same inputs, as one parallel operation.
///
/// Rows that lie on a node are computed by the threads that are at home there, as long as these have time.
final class MatrixProduct: ParallelOperation {
  private struct Part {
    let matrix: PackedMatrix
    let multiply: nacre_multiply
    let input: UnsafeRawPointer
    let inputStride: Int
    let output: UnsafeMutablePointer<Float>
    let outputStride: Int
    /// Index in the team's homes.
    let home: Int
    /// Index of the part's first row group among those of the home.
    let firstGroup: Int
  }

  /// What the threads of one home do.
  private struct Share {
    let threadCount: Int
    var groupCount = 0
    var byteCount = 0
  }

  private let kernels: KernelLibrary
  private let homes: [TeamHome]
  private let threadCount: Int
  private var parts: [Part] = []
  private var shares: [Share]
  private var inputCount = 0

  /// Chunks below this size cost more to hand out than to do.
  private static let smallestChunkBytes = 16384
  /// More chunks than threads even out cores of different speed.
  private static let chunksPerThread = 4

  /// - Parameter team: Runs the product.
  init(kernels: KernelLibrary, team: ThreadTeam) {
    self.kernels = kernels
    homes = team.homes
    threadCount = team.threadCapacity
    // Guests are at home nowhere, and help everywhere.
    shares = team.homes.map { Share(threadCount: $0.threadCount + team.guestCapacity) }
    parts.reserveCapacity(3 * homes.count)
  }

  /// Begins a new product with `inputCount` rows.
  func begin(inputCount: Int) {
    parts.removeAll(keepingCapacity: true)
    for home in shares.indices { (shares[home].groupCount, shares[home].byteCount) = (0, 0) }
    self.inputCount = inputCount
  }

  /// Adds `output[i] = matrix · input[firstInput + i]`.
  func add(
    _ matrix: WeightMatrix, _ rows: ActivationRows, firstInput: Int = 0,
    to output: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    for piece in matrix.pieces {
      let matrix = piece.matrix
      let input = rows.input(for: matrix)
      let home = home(of: piece)
      parts.append(
        Part(
          matrix: matrix, multiply: kernels.multiply(matrix.element),
          input: input.start + firstInput * input.stride, inputStride: input.stride,
          output: output + piece.firstRow, outputStride: stride, home: home,
          firstGroup: shares[home].groupCount))
      shares[home].groupCount += matrix.groupCount
      shares[home].byteCount += matrix.byteCount
    }
  }

  /// The home of a piece; the first one of a piece that is on no home's node.
  private func home(of piece: WeightMatrix.Piece) -> Int {
    guard homes.count > 1, let node = piece.node else { return 0 }
    return homes.firstIndex { $0.node == node } ?? 0
  }

  var chunkCount: Int {
    var count = 0
    for home in shares.indices { count += chunkCount(ofHome: home) }
    return count
  }

  func chunks(ofHome home: Int) -> Range<Int> {
    var first = 0
    for earlier in 0..<home { first += chunkCount(ofHome: earlier) }
    return first..<first + chunkCount(ofHome: home)
  }

  private func chunkCount(ofHome home: Int) -> Int {
    let share = shares[home]
    if share.groupCount == 0 { return 0 }
    if threadCount == 1 { return 1 }
    let worthwhile = share.byteCount * max(1, inputCount / 4) / Self.smallestChunkBytes
    // A home that holds everything is helped by all.
    let threads = share.groupCount == groupCount ? threadCount : share.threadCount
    return max(1, min(threads * Self.chunksPerThread, worthwhile, share.groupCount))
  }

  private var groupCount: Int { shares.reduce(0) { $0 + $1.groupCount } }

  func runChunk(_ index: Int, thread: Int) {
    var (home, indexAtHome) = (0, index)
    while indexAtHome >= chunkCount(ofHome: home) {
      indexAtHome -= chunkCount(ofHome: home)
      home += 1
    }
    let (groupCount, chunkCount) = (shares[home].groupCount, chunkCount(ofHome: home))
    let first = groupCount * indexAtHome / chunkCount
    let end = groupCount * (indexAtHome + 1) / chunkCount
    for part in parts where part.home == home {
      let begin = max(first - part.firstGroup, 0)
      let end = min(end - part.firstGroup, part.matrix.groupCount)
      guard begin < end else { continue }
      part.multiply(
        part.matrix.start, Int64(part.matrix.columnCount), Int64(begin), Int64(end), part.input,
        Int64(part.inputStride), Int64(inputCount), part.output, Int64(part.outputStride))
    }
  }
}
