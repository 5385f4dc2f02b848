import CKernelABI

/// A number of query heads that share each load of keys.
///
/// As with `InputTile`, wider tiles are made of narrower ones and flattened by the compiler.
protocol ScoreTile {
  static var width: Int { get }

  /// - Parameter queries: `headSize` floats for each head, one head after the other.
  init(queries: UnsafePointer<Float>, headSize: Int)

  /// sum[head] += keys · query[head][index].
  mutating func accumulate(_ keys: Floats, index: Int)

  /// Writes scale · sum as the scores of 16 positions, `stride` floats apart for each head; lanes from `count` on are −∞.
  func store(to scores: UnsafeMutablePointer<Float>, stride: Int, count: Int, scale: Float)
}

struct OneScore: ScoreTile {
  private let query: UnsafePointer<Float>
  private var sum = Floats(repeating: 0)

  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init(queries: UnsafePointer<Float>, headSize: Int) { query = queries }

  @inline(__always)
  mutating func accumulate(_ keys: Floats, index: Int) {
    sum = nacre_multiply_add(sum, keys, Floats(repeating: query[index]))
  }

  @inline(__always)
  func store(to scores: UnsafeMutablePointer<Float>, stride: Int, count: Int, scale: Float) {
    let lanes = Ints(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    var score = sum * scale
    score.replace(with: -.infinity, where: lanes .>= Int32(truncatingIfNeeded: count))
    storeVector(score, to: scores)
  }
}

struct ScorePair<First: ScoreTile, Second: ScoreTile>: ScoreTile {
  private var first: First
  private var second: Second

  static var width: Int { @inline(__always) get { First.width + Second.width } }

  @inline(__always)
  init(queries: UnsafePointer<Float>, headSize: Int) {
    first = First(queries: queries, headSize: headSize)
    second = Second(queries: queries + First.width * headSize, headSize: headSize)
  }

  @inline(__always)
  mutating func accumulate(_ keys: Floats, index: Int) {
    first.accumulate(keys, index: index)
    second.accumulate(keys, index: index)
  }

  @inline(__always)
  func store(to scores: UnsafeMutablePointer<Float>, stride: Int, count: Int, scale: Float) {
    first.store(to: scores, stride: stride, count: count, scale: scale)
    second.store(to: scores + First.width * stride, stride: stride, count: count, scale: scale)
  }
}
