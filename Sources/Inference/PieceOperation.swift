import CKernelABI
import Glibc
import KernelDispatch
import Platform

/// Makes a piece of a matrix in the x16 layout from a file's plain rows, in parallel.
final class PackOperation: ParallelOperation {
  private let matrix: PackedMatrix
  private let output: UnsafeMutableRawPointer
  private let rows: UnsafeRawPointer
  private let pack: nacre_pack
  private let groupsPerChunk = 16

  /// - Parameters:
  ///   - matrix: The piece; its memory is `output`.
  ///   - rows: The piece's rows in the file.
  init(
    _ matrix: PackedMatrix, at output: UnsafeMutableRawPointer, rows: UnsafeRawPointer,
    pack: @escaping nacre_pack
  ) {
    self.matrix = matrix
    self.output = output
    self.rows = rows
    self.pack = pack
  }

  var chunkCount: Int { (matrix.groupCount + groupsPerChunk - 1) / groupsPerChunk }

  func runChunk(_ index: Int, thread: Int) {
    let first = index * groupsPerChunk
    pack(
      rows, Int64(matrix.rowCount), Int64(matrix.columnCount), Int64(first),
      Int64(min(first + groupsPerChunk, matrix.groupCount)), output)
  }
}

/// Copies a piece of a matrix that a file holds in the x16 layout, in parallel.
final class CopyOperation: ParallelOperation {
  private let input: UnsafeRawBufferPointer
  private let output: UnsafeMutableRawPointer
  private let chunkBytes = 1 << 20

  init(_ input: UnsafeRawBufferPointer, to output: UnsafeMutableRawPointer) {
    self.input = input
    self.output = output
  }

  var chunkCount: Int { (input.count + chunkBytes - 1) / chunkBytes }

  func runChunk(_ index: Int, thread: Int) {
    let first = index * chunkBytes
    memcpy(output + first, input.baseAddress! + first, min(chunkBytes, input.count - first))
  }
}
