import CKernelABI

/// A number of query heads that share each load of keys and values.
///
/// As with `InputTile`, wider tiles are made of narrower ones and flattened by the compiler.
protocol HeadTile {
  static var width: Int { get }

  /// - Parameters:
  ///   - queries: `headSize` floats each, one head after the other.
  ///   - scores: One strip for each head, `scoreStride` floats apart.
  init(queries: UnsafePointer<Float>, headSize: Int, scores: UnsafeMutablePointer<Float>, scoreStride: Int)

  /// Starts new sums.
  mutating func reset()

  /// sum[head] += keys · query[head][index].
  mutating func accumulateKeys(_ keys: Floats, index: Int)

  /// Writes scale · sum as the scores of 16 positions from `position` on; lanes from `count` on are −∞.
  func storeScores(position: Int, count: Int, scale: Float)

  /// Turns the scores of `count` positions into weights e^(score − largest).
  mutating func exponentiate(count: Int)

  /// sums[head] += weight[head][position] · values.
  mutating func accumulateValues(_ values: FourVectors, position: Int)

  /// Writes sums / Σ weights as values `first..<first + 64` of each head.
  func storeValues(to output: UnsafeMutablePointer<Float>, first: Int, headSize: Int)
}

/// 64 values of a head.
struct FourVectors {
  var a = Floats(repeating: 0)
  var b = Floats(repeating: 0)
  var c = Floats(repeating: 0)
  var d = Floats(repeating: 0)
}

/// One query head.
struct OneHead: HeadTile {
  private let query: UnsafePointer<Float>
  private let scores: UnsafeMutablePointer<Float>
  private var sums = FourVectors()
  private var inverseTotal: Float = 0

  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init(queries: UnsafePointer<Float>, headSize: Int, scores: UnsafeMutablePointer<Float>, scoreStride: Int) {
    query = queries
    self.scores = scores
  }

  @inline(__always)
  mutating func reset() { sums = FourVectors() }

  @inline(__always)
  mutating func accumulateKeys(_ keys: Floats, index: Int) {
    sums.a = nacre_multiply_add(sums.a, keys, Floats(repeating: query[index]))
  }

  @inline(__always)
  func storeScores(position: Int, count: Int, scale: Float) {
    var score = sums.a * scale
    if count < 16 { score.replace(with: -.infinity, where: laneIndices .>= Int32(truncatingIfNeeded: count)) }
    storeVector(score, to: scores + position)
  }

  @inline(__always)
  mutating func exponentiate(count: Int) {
    var largest = Floats(repeating: -.infinity)
    var first = 0
    while first < count {
      largest = nacre_larger(largest, loadVector(scores + first, as: Floats.self))
      first += 16
    }
    let maximum = nacre_maximum(largest)
    var total = Floats(repeating: 0)
    first = 0
    while first < count {
      let weight = exponential(loadVector(scores + first, as: Floats.self) - maximum)
      storeVector(weight, to: scores + first)
      total += weight
      first += 16
    }
    inverseTotal = 1 / horizontalSum(total)
  }

  @inline(__always)
  mutating func accumulateValues(_ values: FourVectors, position: Int) {
    let weight = Floats(repeating: scores[position])
    sums.a = nacre_multiply_add(sums.a, values.a, weight)
    sums.b = nacre_multiply_add(sums.b, values.b, weight)
    sums.c = nacre_multiply_add(sums.c, values.c, weight)
    sums.d = nacre_multiply_add(sums.d, values.d, weight)
  }

  @inline(__always)
  func storeValues(to output: UnsafeMutablePointer<Float>, first: Int, headSize: Int) {
    storeHead(sums.a * inverseTotal, first, headSize, output)
    storeHead(sums.b * inverseTotal, first + 16, headSize, output)
    storeHead(sums.c * inverseTotal, first + 32, headSize, output)
    storeHead(sums.d * inverseTotal, first + 48, headSize, output)
  }
}

/// Two tiles of heads, one after the other.
struct HeadPair<First: HeadTile, Second: HeadTile>: HeadTile {
  private var first: First
  private var second: Second

  static var width: Int { @inline(__always) get { First.width + Second.width } }

  @inline(__always)
  init(queries: UnsafePointer<Float>, headSize: Int, scores: UnsafeMutablePointer<Float>, scoreStride: Int) {
    first = First(queries: queries, headSize: headSize, scores: scores, scoreStride: scoreStride)
    second = Second(
      queries: queries + First.width * headSize, headSize: headSize,
      scores: scores + First.width * scoreStride, scoreStride: scoreStride)
  }

  @inline(__always)
  mutating func reset() {
    first.reset()
    second.reset()
  }

  @inline(__always)
  mutating func accumulateKeys(_ keys: Floats, index: Int) {
    first.accumulateKeys(keys, index: index)
    second.accumulateKeys(keys, index: index)
  }

  @inline(__always)
  func storeScores(position: Int, count: Int, scale: Float) {
    first.storeScores(position: position, count: count, scale: scale)
    second.storeScores(position: position, count: count, scale: scale)
  }

  @inline(__always)
  mutating func exponentiate(count: Int) {
    first.exponentiate(count: count)
    second.exponentiate(count: count)
  }

  @inline(__always)
  mutating func accumulateValues(_ values: FourVectors, position: Int) {
    first.accumulateValues(values, position: position)
    second.accumulateValues(values, position: position)
  }

  @inline(__always)
  func storeValues(to output: UnsafeMutablePointer<Float>, first start: Int, headSize: Int) {
    first.storeValues(to: output, first: start, headSize: headSize)
    second.storeValues(to: output + First.width * headSize, first: start, headSize: headSize)
  }
}

/// Stores the lanes that belong to the head; the next head's memory is another thread's.
@inline(__always)
func storeHead(_ vector: Floats, _ first: Int, _ headSize: Int, _ output: UnsafeMutablePointer<Float>) {
  if first + 16 <= headSize {
    storeVector(vector, to: output + first)
  } else if first < headSize {
    storePartial(vector, count: headSize - first, to: output + first)
  }
}

private var laneIndices: Ints {
  @inline(__always) get { Ints(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }
}
