/// The threads of a team whose CPUs are on one NUMA node.
public struct TeamHome: Sendable, Equatable {
  /// Nil: nobody said which node it is, and all threads are at home there.
  public let node: Int?
  public let threadCount: Int

  public init(node: Int?, threadCount: Int) {
    self.node = node
    self.threadCount = threadCount
  }
}

extension TeamHome {
  /// The homes of threads by ascending node, and for each thread the index of its own.
  /// - Parameter nodes: One node per thread; nil: one home for all.
  static func homes(threadCount: Int, nodes: [Int]?) -> (homes: [TeamHome], ofThread: [Int]) {
    guard let nodes else {
      return ([TeamHome(node: nil, threadCount: threadCount)], Array(repeating: 0, count: threadCount))
    }
    precondition(nodes.count == threadCount, "one node per thread")
    let distinct = Set(nodes).sorted()
    let homes = distinct.map { node in TeamHome(node: node, threadCount: nodes.count { $0 == node }) }
    return (homes, nodes.map { distinct.firstIndex(of: $0)! })
  }
}
