import TensorTypes

/// What a draft would go on with if its first token were another one: several candidates for one row of the target
/// (multi-candidate speculative decoding, arXiv 2401.06706, where PEARL has nothing pending).
///
/// Which token comes there the target alone decides, as always; a branch only saves what was drafted behind it. Of fixed
/// size: nothing here allocates.
struct ProposalBranches: Sendable {
  /// Most tokens behind a first token: what is further away is seldom reached.
  static let longest = 4

  /// Most branches.
  let capacity: Int
  private var firstTokens: [TokenID]
  private var lengths: [Int]
  private var tokens: [TokenID]
  /// Number of branches.
  private(set) var count = 0
  /// Position of the first tokens.
  private(set) var start = 0
  /// Of the proposals that the branches belong to.
  private(set) var epoch = -1

  init(capacity: Int) {
    self.capacity = capacity
    firstTokens = .init(repeating: 0, count: capacity)
    lengths = firstTokens.map { _ in 0 }
    tokens = .init(repeating: 0, count: capacity * Self.longest)
  }

  mutating func restart(at start: Int, epoch: Int) { (self.start, self.epoch, count) = (start, epoch, 0) }

  mutating func open(_ first: TokenID) {
    precondition(count < capacity, "no more than were asked for")
    (firstTokens[count], lengths[count]) = (first, 0)
    count += 1
  }

  /// Continues the newest branch.
  mutating func append(_ token: TokenID) {
    let length = lengths[count - 1]
    precondition(length < Self.longest, "a branch is short")
    tokens[(count - 1) * Self.longest + length] = token
    lengths[count - 1] += 1
  }

  /// The branch that begins with `token`.
  func rank(of token: TokenID) -> Int? { (0..<count).first { firstTokens[$0] == token } }

  func length(_ rank: Int) -> Int { lengths[rank] }

  /// The `index`-th token behind the first one.
  func token(_ rank: Int, _ index: Int) -> TokenID { tokens[rank * Self.longest + index] }
}
