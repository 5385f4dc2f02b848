import CKernelABI
import KernelDispatch
import Platform
import TensorTypes

/// Brings slabs of rows into the x16 layout, in parallel.
final class RowInterleaver: ParallelOperation {
  private static let groupsPerChunk = 4

  private let pack: nacre_pack
  private let columnCount: Int
  private let groupBytes: Int
  private let buffer: AlignedBuffer
  private var rows = UnsafeRawBufferPointer(start: nil, count: 0)
  private var rowCount = 0

  var chunkCount: Int { (groupCount + Self.groupsPerChunk - 1) / Self.groupsPerChunk }
  private var groupCount: Int { (rowCount + 15) / 16 }

  /// - Parameter rowsPerSlab: A multiple of 16, or all the rows of a tensor.
  init(_ element: KernelElement, kernels: KernelLibrary, columnCount: Int, rowsPerSlab: Int) {
    pack = kernels.pack(element)
    self.columnCount = columnCount
    groupBytes = element.groupBytes(columnCount: columnCount)
    buffer = AlignedBuffer(byteCount: (rowsPerSlab + 15) / 16 * groupBytes)
  }

  /// The row groups of `rows`, valid until the next call; rows that the last group lacks are zero.
  func interleave(
    _ rows: UnsafeRawBufferPointer, rowCount: Int, team: ThreadTeam
  ) -> UnsafeRawBufferPointer {
    self.rows = rows
    self.rowCount = rowCount
    let target = UnsafeMutableRawBufferPointer(start: buffer.start, count: groupCount * groupBytes)
    // Kernels leave missing rows as they are.
    if !rowCount.isMultiple(of: 16) { target.initializeMemory(as: UInt8.self, repeating: 0) }
    team.run(self)
    return UnsafeRawBufferPointer(target)
  }

  func runChunk(_ index: Int, thread: Int) {
    let first = index * Self.groupsPerChunk
    pack(
      rows.baseAddress!, Int64(rowCount), Int64(columnCount), Int64(first),
      Int64(min(first + Self.groupsPerChunk, groupCount)), buffer.start)
  }
}
