import Platform

/// The same work on each row of a batch; rows are independent of each other.
final class RowOperation: ParallelOperation {
  private(set) var chunkCount = 0
  private let body: (Int) -> Void

  /// - Parameter body: Does the row of that index; captured once, so that running allocates nothing.
  init(_ body: @escaping (Int) -> Void) { self.body = body }

  func run(rowCount: Int, on team: ThreadTeam) {
    chunkCount = rowCount
    team.run(self)
  }

  func runChunk(_ index: Int, thread: Int) { body(index) }
}
