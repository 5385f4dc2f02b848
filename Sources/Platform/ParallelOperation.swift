/// Work that a thread team does together: a number of chunks that may run in any order and on any thread.
///
/// A class, so that handing it to the team allocates nothing. The chunks must write disjoint memory.
public protocol ParallelOperation: AnyObject {
  /// Number of chunks; read once before the operation starts.
  var chunkCount: Int { get }

  /// The chunks that the threads of one home do before any others: those that read memory there. The homes' ranges
  /// follow each other and are all chunks; read once before the operation starts.
  /// - Parameter home: Index in the team's `homes`.
  func chunks(ofHome home: Int) -> Range<Int>

  /// Does one chunk.
  /// - Parameters:
  ///   - index: `0..<chunkCount`.
  ///   - thread: Which of the team's threads does it, `0..<threadCapacity`; two chunks at one time have different ones.
  func runChunk(_ index: Int, thread: Int)
}

extension ParallelOperation {
  /// Nobody's chunks in particular.
  public func chunks(ofHome home: Int) -> Range<Int> { home == 0 ? 0..<chunkCount : chunkCount..<chunkCount }
}
