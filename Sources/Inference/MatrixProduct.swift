import CKernelABI
import KernelDispatch
import Platform

/// One or more matrices times the same inputs, as one parallel operation.
///
/// Rows that lie on a node are computed by the threads that are at home there, as long as these have time.
final class MatrixProduct: ParallelOperation {
  private struct Part: BitwiseCopyable {
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
  private struct Share: BitwiseCopyable {
    let threadCount: Int
    var groupCount = 0
    var byteCount = 0
    var firstChunk = 0
    var endChunk = 0
    var chunks: Range<Int> { firstChunk..<endChunk }
  }

  private let kernels: KernelLibrary
  private let homes: [TeamHome]
  private let threadCount: Int
  private var parts: PlainList<Part>
  /// By home.
  private var shares: PlainList<Share>
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
    parts = PlainList(capacity: 3 * homes.count)
    shares = PlainList(capacity: homes.count)
    // Guests are at home nowhere, and help everywhere.
    for home in homes { shares.append(Share(threadCount: home.threadCount + team.guestCapacity)) }
  }

  /// Begins a new product with `inputCount` rows.
  func begin(inputCount: Int) {
    parts.removeAll()
    for home in 0..<shares.count { shares[home] = Share(threadCount: shares[home].threadCount) }
    self.inputCount = inputCount
  }

  /// Adds `output[i] = matrix · input[firstInput + i]`.
  func add(
    _ matrix: WeightMatrix, _ rows: ActivationRows, firstInput: Int = 0,
    to output: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    let input = rows.input(for: matrix)
    let firstRow = input.start + firstInput * input.stride
    add(matrix.first, firstRow, inputStride: input.stride, to: output, stride: stride)
    for piece in matrix.others {
      add(piece, firstRow, inputStride: input.stride, to: output, stride: stride)
    }
    cut()
  }

  private func add(
    _ piece: WeightMatrix.Piece, _ input: UnsafeRawPointer, inputStride: Int,
    to output: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let (matrix, home) = (piece.matrix, home(of: piece))
    parts.append(
      Part(
        matrix: matrix, multiply: kernels.multiply(matrix.element), input: input, inputStride: inputStride,
        output: output + piece.firstRow, outputStride: stride, home: home,
        firstGroup: shares[home].groupCount))
    shares[home].groupCount += matrix.groupCount
    shares[home].byteCount += matrix.byteCount
  }

  /// The home of a piece; the first one of a piece that is on no home's node.
  private func home(of piece: WeightMatrix.Piece) -> Int {
    guard homes.count > 1, let node = piece.node else { return 0 }
    return homes.firstIndex { $0.node == node } ?? 0
  }

  var chunkCount: Int { shares[shares.count - 1].endChunk }

  func chunks(ofHome home: Int) -> Range<Int> { shares[home].chunks }

  /// Cuts what was added into chunks.
  private func cut() {
    var (first, groupCount) = (0, 0)
    for home in 0..<shares.count { groupCount += shares[home].groupCount }
    for home in 0..<shares.count {
      // A home that holds everything is helped by all.
      let threads = shares[home].groupCount == groupCount ? threadCount : shares[home].threadCount
      let end = first + chunkCount(shares[home], threadCount: threads)
      (shares[home].firstChunk, shares[home].endChunk) = (first, end)
      first = end
    }
  }

  private func chunkCount(_ share: Share, threadCount: Int) -> Int {
    if share.groupCount == 0 { return 0 }
    if self.threadCount == 1 { return 1 }
    let worthwhile = share.byteCount * max(1, inputCount / 4) / Self.smallestChunkBytes
    return max(1, min(threadCount * Self.chunksPerThread, worthwhile, share.groupCount))
  }

  func runChunk(_ index: Int, thread: Int) {
    var home = 0
    while index >= shares[home].endChunk { home += 1 }
    let (groupCount, chunks) = (shares[home].groupCount, shares[home].chunks)
    let first = groupCount * (index - chunks.lowerBound) / chunks.count
    let end = groupCount * (index - chunks.lowerBound + 1) / chunks.count
    for partIndex in 0..<parts.count {
      let part = parts[partIndex]
      guard part.home == home else { continue }
      let begin = max(first - part.firstGroup, 0)
      let end = min(end - part.firstGroup, part.matrix.groupCount)
      guard begin < end else { continue }
      part.multiply(
        part.matrix.start, Int64(part.matrix.columnCount), Int64(begin), Int64(end), part.input,
        Int64(part.inputStride), Int64(inputCount), part.output, Int64(part.outputStride))
    }
  }
}
