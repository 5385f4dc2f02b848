import TensorTypes

/// The tokens of one generation in one buffer: `0..<committedCount` are final, the rest up to `count` are proposals.
///
/// Each lane has one of its own and is the only one to change it; `ProposalBoard` carries tokens between them.
public final class TokenSequence {
  /// Largest number of tokens.
  public let capacity: Int
  /// Largest number of proposals at any time.
  public let proposalCapacity: Int
  /// Number of final tokens.
  public private(set) var committedCount = 0
  /// Number of tokens, proposals included.
  public private(set) var count = 0

  // Owned, `capacity` initialized elements, freed in `deinit`; lent for the duration of a round.
  private let storage: UnsafeMutableBufferPointer<TokenID>
  // A ring: the proposal for position p is at p % proposalCapacity.
  private var proposals: [Proposal]

  init(capacity: Int, proposalCapacity: Int) {
    self.capacity = capacity
    self.proposalCapacity = proposalCapacity
    storage = .allocate(capacity: capacity)
    storage.initialize(repeating: 0)
    proposals = .init(repeating: .point, count: proposalCapacity)
  }

  deinit { storage.deallocate() }

  /// Number of proposals that wait for the target.
  public var proposalCount: Int { count - committedCount }

  /// The tokens at `range`, which lies in `0..<count`; valid until one of them changes.
  public func tokens(_ range: Range<Int>) -> UnsafeBufferPointer<TokenID> {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "only tokens that exist")
    return UnsafeBufferPointer(rebasing: storage[range])
  }

  public subscript(position: Int) -> TokenID {
    precondition(position >= 0 && position < count, "only tokens that exist")
    return storage[position]
  }

  /// Adds a proposal at the end. For drafters.
  public func propose(_ token: TokenID, as proposal: Proposal) {
    precondition(proposalCount < proposalCapacity && count < capacity, "the scheduler asked for no more")
    storage[count] = token
    proposals[count % proposalCapacity] = proposal
    count += 1
  }

  /// How the token at `position` was proposed; `position` in `committedCount..<count`.
  func proposal(at position: Int) -> Proposal {
    precondition(position >= committedCount && position < count, "only proposals")
    return proposals[position % proposalCapacity]
  }

  /// Makes the first proposal final.
  func commitProposal() {
    precondition(proposalCount > 0, "there is a proposal")
    committedCount += 1
  }

  /// Drops all proposals and adds `token` as final.
  func commit(_ token: TokenID) {
    precondition(committedCount < capacity, "the sequence has room")
    storage[committedCount] = token
    committedCount += 1
    count = committedCount
  }

  /// Drops the proposals from position `count` on.
  func truncate(to count: Int) {
    precondition(count >= committedCount && count <= self.count, "only proposals are dropped")
    self.count = count
  }

  /// Makes `prompt` the whole sequence, all of it final.
  /// - Returns: How many of its first tokens were final already.
  func restart(with prompt: [TokenID]) -> Int {
    precondition(prompt.count <= capacity, "the prompt fits")
    var common = 0
    while common < min(committedCount, prompt.count) && storage[common] == prompt[common] { common += 1 }
    for position in common..<prompt.count { storage[position] = prompt[position] }
    committedCount = prompt.count
    count = prompt.count
    return common
  }
}
