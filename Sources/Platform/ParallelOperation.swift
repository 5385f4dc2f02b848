/// Work that a thread team does together: a number of chunks that may run in any order and on any thread.
///
/// A class, so that handing it to the team allocates nothing. The chunks must write disjoint memory.
public protocol ParallelOperation: AnyObject {
  /// Number of chunks; read once before the operation starts.
  var chunkCount: Int { get }

  /// Does one chunk.
  /// - Parameters:
  ///   - index: `0..<chunkCount`.
  ///   - thread: Which of the team's threads does it, `0..<threadCount`; two chunks at one time have different ones.
  func runChunk(_ index: Int, thread: Int)
}
