/// Work that a thread team does together: a number of chunks that may run in any order and on any thread.
///
/// A class, so that handing it to the team allocates nothing. The chunks must write disjoint memory.
public protocol ParallelOperation: AnyObject {
  /// Number of chunks; read once before the operation starts.
  var chunkCount: Int { get }

  /// Does one chunk, `0..<chunkCount`.
  func runChunk(_ index: Int)
}
