import TensorTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

// Gumbel-max sampling, told as a race: token t arrives at time E_t ~ Exp(1), and the winner is the token of the smallest
// E_t / weight_t, which is argmax(log weight_t − log E_t); −log E_t is Gumbel noise. It is exact (Exp races are won with
// probability proportional to the weights), and the times depend on seed, position and token only.
//
// Evaluating 128 k times would cost more than a small draft's forward pass. So the times are drawn in groups of 64
// tokens: first the earliest arrival of the group, Exp(1) / 64, and who it is, one of 64; the others follow it by Exp(1)
// each (memorylessness). A group whose heaviest token could not win even with the earliest arrival is skipped unseen.

private let groupTokenCount = 64

/// The earliest arrival of a group and the token (in the group) that it belongs to.
private struct GroupArrival {
  let time: Double
  let lane: Int

  init(group: Int, position: Int, random: CounterRandom) {
    let words = random.words(position: position, purpose: .gumbelGroup, index: UInt64(group))
    time = -log(CounterRandom.uniform(words)) / Double(groupTokenCount)
    lane = Int(words.z) & (groupTokenCount - 1)
  }
}

/// The leader of the race so far.
private struct Leader {
  var score = -Double.infinity
  var token: TokenID = 0

  mutating func challenge(_ token: TokenID, score: Double) {
    if score > self.score || (score == self.score && token < self.token) {
      self.score = score
      self.token = token
    }
  }
}

extension TokenDistribution {
  /// The token of largest `log p + g`, with Gumbel noise `g` keyed by seed, position and token.
  ///
  /// Each token is chosen with its probability. Two distributions at the same position see the same noise, so similar
  /// distributions mostly choose the same token: what makes a draft's sampled token agree with the target's.
  /// - Complexity: O(`count`), of which one logarithm per 64 tokens and few more.
  public func coupledToken(random: CounterRandom, position: Int) -> TokenID {
    guard count > 1 else { return token(at: 0) }
    var leader = Leader()
    let favourite = groupRange(around: modeIndex)
    race(favourite, position: position, random: random, leader: &leader)
    var start = 0
    while start < count {
      let range = groupRange(from: start)
      if range.lowerBound != favourite.lowerBound {
        race(range, position: position, random: random, leader: &leader)
      }
      start = range.upperBound
    }
    return leader.token
  }

  /// Lets the kept tokens of one group, those at `range`, run against the leader.
  private func race(_ range: Range<Int>, position: Int, random: CounterRandom, leader: inout Leader) {
    let group = Int(token(at: range.lowerBound)) / groupTokenCount
    let earliest = GroupArrival(group: group, position: position, random: random)
    var heaviest = -Float.infinity
    for index in range { heaviest = max(heaviest, logWeight(at: index)) }
    guard Double(heaviest) - log(earliest.time) >= leader.score else { return }
    for index in range {
      let token = token(at: index)
      var time = earliest.time
      if Int(token) % groupTokenCount != earliest.lane {
        time -= log(random.uniform(position: position, purpose: .gumbelToken, index: UInt64(token)))
      }
      leader.challenge(token, score: Double(logWeight(at: index)) - log(time))
    }
  }

  /// The indices from `start` on whose tokens are in the group of the token at `start`.
  private func groupRange(from start: Int) -> Range<Int> {
    let group = Int(token(at: start)) / groupTokenCount
    var end = start + 1
    while end < count && Int(token(at: end)) / groupTokenCount == group { end += 1 }
    return start..<end
  }

  /// All indices whose tokens are in the group of the token at `index`.
  private func groupRange(around index: Int) -> Range<Int> {
    let group = Int(token(at: index)) / groupTokenCount
    var start = index
    while start > 0 && Int(token(at: start - 1)) / groupTokenCount == group { start -= 1 }
    return groupRange(from: start)
  }
}
