/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): all random choices of training, from a seed and a purpose.
struct TrainingRandom {
  enum Purpose: Equatable {
    case split
    case weights
    case order(epoch: Int)
  }

  private var state: UInt64

  init(seed: UInt64, purpose: Purpose) {
    let number: UInt64 =
      switch purpose {
      case .split: 1
      case .weights: 2
      case .order(let epoch): 3 + UInt64(epoch)
      }
    state = seed
    // Neighbouring seeds and purposes must not give shifted copies of one stream.
    state = next() ^ (number &* 0xd134_2543_de82_ef95)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// In −1..<1.
  mutating func uniform() -> Float { Float(Int64(bitPattern: next()) >> 40) / Float(1 << 23) }

  /// `0..<count` in random order (Fisher and Yates).
  func shuffled(_ count: Int) -> [Int] {
    var (random, order) = (self, Array(0..<count))
    for index in stride(from: count - 1, to: 0, by: -1) {
      // The bias of a remainder of 64 bits is below 2^-40 for any number of texts.
      order.swapAt(index, Int(random.next() % UInt64(index + 1)))
    }
    return order
  }
}
