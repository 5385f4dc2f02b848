import CKernelABI

/// How keys and values lie in a cache (cache_layout.h), and what attention makes of them.
///
/// Keys are read in steps: some of the dimensions of 16 positions, multiplied with as many of each query.
protocol CacheFormat {
  associatedtype Score: ScoreTile
  static var type: Int32 { get }

  /// Number of steps in which keys are read.
  static func stepCount(headSize: Int) -> Int
  static func keys(_ tile: UnsafeRawPointer, step: Int, stepCount: Int) -> Score.Keys

  /// Four-byte words that one query has for one step.
  static var queryWords: Int { get }
  /// Writes a query as lane of a tile: its words are `lanes` words apart, so that those of a tile lie side by side.
  static func pack(
    _ query: UnsafePointer<Float>, headSize: Int, to words: UnsafeMutableRawPointer, lanes: Int)

  static var valueBytes: Int { get }
  /// 16 values, without their scales.
  static func values(_ start: UnsafeRawPointer) -> Floats

  /// Multiplies the weights of whole tiles of positions with the scales of values `first..<first + 32`.
  /// - Returns: Where the products are: at `scaled`, or where they were if there are no scales.
  static func scaleWeights(
    _ weights: UnsafePointer<Float>, queryCount: Int, tiles: Range<Int>, of values: UnsafeRawPointer,
    first: Int, headSize: Int, to scaled: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float>
}

/// Half-precision keys and values. A step is one dimension.
enum HalfCache: CacheFormat {
  typealias Score = FloatScore

  static var type: Int32 { @inline(__always) get { Int32(NACRE_CACHE_F16) } }
  static var queryWords: Int { @inline(__always) get { 1 } }
  static var valueBytes: Int { @inline(__always) get { 2 } }

  @inline(__always)
  static func stepCount(headSize: Int) -> Int { headSize }

  @inline(__always)
  static func keys(_ tile: UnsafeRawPointer, step: Int, stepCount: Int) -> Floats {
    nacre_float_from_half(loadVector(tile + step * 32, as: Halves.self))
  }

  @inline(__always)
  static func pack(
    _ query: UnsafePointer<Float>, headSize: Int, to words: UnsafeMutableRawPointer, lanes: Int
  ) {
    let packed = words.assumingMemoryBound(to: Float.self)
    for index in 0..<headSize { packed[index * lanes] = query[index] }
  }

  @inline(__always)
  static func values(_ start: UnsafeRawPointer) -> Floats {
    nacre_float_from_half(loadVector(start, as: Halves.self))
  }

  @inline(__always)
  static func scaleWeights(
    _ weights: UnsafePointer<Float>, queryCount: Int, tiles: Range<Int>, of values: UnsafeRawPointer,
    first: Int, headSize: Int, to scaled: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> { weights }
}

extension HalfCache {
  static func storeKey(
    _ key: UnsafePointer<Float>, _ headSize: Int, _ position: Int, _ keys: UnsafeMutableRawPointer
  ) {
    let tile = keys + position / 16 * Int(nacre_key_tile_bytes(type, Int64(headSize)))
    let lane = tile.assumingMemoryBound(to: UInt16.self) + position % 16
    for first in stride(from: 0, to: headSize, by: 16) {
      let count = smaller(16, headSize - first)
      let halves = nacre_half_from_float(loadUpTo16(key + first, count: count))
      for offset in 0..<count { lane[(first + offset) * 16] = halves[offset] }
    }
  }

  static func storeValue(
    _ value: UnsafePointer<Float>, _ headSize: Int, _ position: Int, _ values: UnsafeMutableRawPointer
  ) {
    let row = values + position * 2 * Int(nacre_cache_width(type, Int64(headSize)))
    for first in stride(from: 0, to: headSize, by: 16) {
      let floats = loadUpTo16(value + first, count: smaller(16, headSize - first))
      storeVector(nacre_half_from_float(floats), to: row + first * 2)
    }
  }
}

/// Loads `count` (at most 16) floats; the other lanes are 0.
@inline(__always)
func loadUpTo16(_ pointer: UnsafePointer<Float>, count: Int) -> Floats {
  count >= 16
    ? loadVector(pointer, as: Floats.self) : loadPartial(pointer, count: larger(count, 0), fill: 0)
}
