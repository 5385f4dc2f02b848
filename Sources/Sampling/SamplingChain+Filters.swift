import TensorTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension SamplingChain {
  /// Top-k, top-p, min-p, temperature. `highest` is the largest score, finite.
  func filter(highest: Float, into distribution: TokenDistribution) {
    let lowest = parameters.minP > 0 ? highest + log(parameters.minP) : -.infinity
    distribution.removeAll()
    if parameters.topK > 0 && parameters.topK < vocabularyCount {
      keepNucleusOfTop(parameters.topK, highest: highest, lowest: lowest)
    } else if parameters.topP < 1 {
      keepNucleus(highest: highest, lowest: lowest)
    } else {
      for token in 0..<vocabularyCount where scores[token] >= lowest {
        distribution.append(TokenID(token), logWeight: (scores[token] - highest) / parameters.temperature)
      }
      return
    }
    moveKept(highest: highest, into: distribution)
  }

  /// Keeps the tokens of the `limit` highest ranks that top-p and min-p leave.
  private func keepNucleusOfTop(_ limit: Int, highest: Float, lowest: Float) {
    guard let scores = UnsafePointer(scores.baseAddress), let storage = ranked.baseAddress else { return }
    var heap = RankHeap(scores: scores, storage: storage, isWorstFirst: true)
    for token in 0..<limit { heap.appendUnordered(TokenID(token)) }
    heap.order()
    // A later token has a higher id, so it must be strictly better to displace the worst.
    for token in limit..<vocabularyCount where scores[token] > scores[Int(heap.root)] {
      heap.replaceRoot(TokenID(token))
    }
    while heap.count > 0 { _ = heap.popRoot() }
    // Popped worst first, each behind the heap: the storage now holds the tokens best first.
    var total = 0.0
    for rank in 0..<limit { total += weight(ranked[rank], highest: highest) }
    var mass = 0.0
    for rank in 0..<limit {
      let token = ranked[rank]
      guard rank == 0 || scores[Int(token)] >= lowest else { return }
      keep(token)
      mass += weight(token, highest: highest)
      if parameters.topP < 1 && mass >= Double(parameters.topP) * total { return }
    }
  }

  /// Keeps the tokens that top-p and min-p leave of the whole vocabulary.
  private func keepNucleus(highest: Float, lowest: Float) {
    guard let scores = UnsafePointer(scores.baseAddress), let storage = ranked.baseAddress else { return }
    var total = 0.0
    for token in 0..<vocabularyCount { total += weight(TokenID(token), highest: highest) }
    // All tokens below a share of (1 − topP) / vocabulary together weigh less than 1 − topP: the nucleus is reached
    // without them. The factor 1/2 is for rounding.
    let share = 0.5 * (1 - Double(parameters.topP)) / Double(vocabularyCount)
    let floor = max(lowest, highest + Float(log(share * total)))
    var heap = RankHeap(scores: scores, storage: storage, isWorstFirst: false)
    for token in 0..<vocabularyCount where scores[token] >= min(floor, highest) {
      heap.appendUnordered(TokenID(token))
    }
    heap.order()
    var mass = 0.0
    repeat {
      let token = heap.popRoot()
      keep(token)
      mass += weight(token, highest: highest)
    } while heap.count > 0 && mass < Double(parameters.topP) * total
  }

  private func weight(_ token: TokenID, highest: Float) -> Double {
    exp(Double(scores[Int(token)]) - Double(highest))
  }

  private func keep(_ token: TokenID) {
    kept[Int(token) / 64] |= 1 << UInt64(Int(token) % 64)
  }

  /// Moves the kept tokens in ascending order into the distribution and clears their marks.
  private func moveKept(highest: Float, into distribution: TokenDistribution) {
    for word in kept.indices {
      var bits = kept[word]
      kept[word] = 0
      while bits != 0 {
        let token = 64 * word + bits.trailingZeroBitCount
        bits &= bits - 1
        distribution.append(TokenID(token), logWeight: (scores[token] - highest) / parameters.temperature)
      }
    }
  }
}
