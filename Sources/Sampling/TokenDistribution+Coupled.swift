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
    return Race(distribution: self, random: random, position: position, excluded: []).winner(
      seededAround: modeIndex)
      ?? mode
  }

  /// The token of largest `log p + g` among those that are not `excluded`; nil if none is left.
  public func coupledToken(random: CounterRandom, position: Int, excluding excluded: [TokenID]) -> TokenID? {
    Race(distribution: self, random: random, position: position, excluded: excluded).winner(
      seededAround: modeIndex)
  }
}

/// The kept tokens of one group.
private struct Group {
  let indices: Range<Int>
  let heaviest: Float
}

/// The race at one position. Reads the distribution's elements directly; lives as long as one call.
private struct Race {
  let count: Int
  let tokens: UnsafePointer<TokenID>
  let logWeights: UnsafePointer<Float>
  let random: CounterRandom
  let position: Int
  let excluded: [TokenID]

  init(distribution: TokenDistribution, random: CounterRandom, position: Int, excluded: [TokenID]) {
    self.excluded = excluded
    count = distribution.count
    tokens = distribution.tokens
    logWeights = distribution.logWeights
    self.random = random
    self.position = position
  }

  /// - Parameter index: Of a token that is likely to win.
  /// - Returns: Nil if nobody runs.
  func winner(seededAround index: Int) -> TokenID? {
    var leader = Leader()
    run(group(around: index), leader: &leader)
    var start = 0
    while start < count {
      let group = group(from: start)
      run(group, leader: &leader)
      start = group.indices.upperBound
    }
    return leader.score > -.infinity ? leader.token : nil
  }

  /// Lets the tokens of one group run against the leader.
  func run(_ group: Group, leader: inout Leader) {
    let number = Int(tokens[group.indices.lowerBound]) / groupTokenCount
    let earliest = GroupArrival(group: number, position: position, random: random)
    guard Double(group.heaviest) - log(earliest.time) >= leader.score else { return }
    for index in group.indices {
      let token = tokens[index]
      if !excluded.isEmpty && excluded.contains(token) { continue }
      var time = earliest.time
      if Int(token) % groupTokenCount != earliest.lane {
        time -= log(random.uniform(position: position, purpose: .gumbelToken, index: UInt64(token)))
      }
      leader.challenge(token, score: Double(logWeights[index]) - log(time))
    }
  }

  /// The tokens from index `start` on that are in one group.
  @inline(__always)
  func group(from start: Int) -> Group {
    let end =
      TokenID(groupTokenCount) &* (tokens[start] / TokenID(groupTokenCount)) &+ TokenID(groupTokenCount - 1)
    var heaviest = logWeights[start]
    var index = start + 1
    while index < count && tokens[index] <= end {
      if logWeights[index] > heaviest { heaviest = logWeights[index] }
      index += 1
    }
    return Group(indices: start..<index, heaviest: heaviest)
  }

  /// All tokens in the group of the token at `index`.
  func group(around index: Int) -> Group {
    let group = tokens[index] / TokenID(groupTokenCount)
    var start = index
    while start > 0 && tokens[start - 1] / TokenID(groupTokenCount) == group { start -= 1 }
    return self.group(from: start)
  }
}
