import CKernelABI

/// 32 neighbouring values of one head.
struct ValuePair {
  private var first: Floats
  private var second: Floats

  @inline(__always)
  init(_ floats: UnsafePointer<Float>) {
    first = loadVector(floats, as: Floats.self)
    second = loadVector(floats + 16, as: Floats.self)
  }

  /// Loads values `first..<first + 32` of a row; if only 16 are left, those twice: not to read beyond the row.
  @inline(__always)
  init<Format: CacheFormat>(_ format: Format.Type, _ row: UnsafeRawPointer, first: Int, width: Int) {
    self.first = Format.values(row + first * Format.valueBytes)
    second = Format.values(row + smaller(first + 16, width - 16) * Format.valueBytes)
  }

  @inline(__always)
  func store(to floats: UnsafeMutablePointer<Float>) {
    storeVector(first, to: floats)
    storeVector(second, to: floats + 16)
  }

  /// self += values · weight.
  @inline(__always)
  mutating func add(_ values: ValuePair, weight: Float) {
    first = nacre_multiply_add(first, values.first, Floats(repeating: weight))
    second = nacre_multiply_add(second, values.second, Floats(repeating: weight))
  }
}

/// A number of queries that share each load of values.
protocol MixTile {
  static var width: Int { get }

  /// Goes on with the sums of each query, `stride` floats apart.
  init(sums: UnsafePointer<Float>, stride: Int)

  /// sums[query] += weight[query] · values; weights are `NACRE_ATTENTION_BLOCK` floats apart.
  mutating func accumulate(_ values: ValuePair, _ weights: UnsafePointer<Float>)

  func store(to sums: UnsafeMutablePointer<Float>, stride: Int)
}

struct OneMix: MixTile {
  private var sums: ValuePair

  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init(sums: UnsafePointer<Float>, stride: Int) { self.sums = ValuePair(sums) }

  @inline(__always)
  mutating func accumulate(_ values: ValuePair, _ weights: UnsafePointer<Float>) {
    sums.add(values, weight: weights[0])
  }

  @inline(__always)
  func store(to sums: UnsafeMutablePointer<Float>, stride: Int) { self.sums.store(to: sums) }
}

struct MixPair<First: MixTile, Second: MixTile>: MixTile {
  private var first: First
  private var second: Second

  static var width: Int { @inline(__always) get { First.width + Second.width } }

  @inline(__always)
  init(sums: UnsafePointer<Float>, stride: Int) {
    first = First(sums: sums, stride: stride)
    second = Second(sums: sums + First.width * stride, stride: stride)
  }

  @inline(__always)
  mutating func accumulate(_ values: ValuePair, _ weights: UnsafePointer<Float>) {
    first.accumulate(values, weights)
    second.accumulate(values, weights + First.width * Int(NACRE_ATTENTION_BLOCK))
  }

  @inline(__always)
  func store(to sums: UnsafeMutablePointer<Float>, stride: Int) {
    first.store(to: sums, stride: stride)
    second.store(to: sums + First.width * stride, stride: stride)
  }
}

typealias Mix2 = MixPair<OneMix, OneMix>
typealias Mix4 = MixPair<Mix2, Mix2>
typealias Mix8 = MixPair<Mix4, Mix4>

/// sums[query] += Σ weight[query][position] · values[position] for the positions of a block.
/// - Parameters:
///   - values: The block's first tile.
///   - weights: One strip for each query of the tile.
///   - scaled: Strips as long, for weights times scales.
///   - ahead: What is read next, if it should be prefetched.
@inline(never)
func mixValues<Format: CacheFormat, Tile: MixTile>(
  _ format: Format.Type, _ tileType: Tile.Type, values: UnsafeRawPointer, positions: Range<Int>,
  weights: UnsafePointer<Float>, scaled: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>,
  headSize: Int, ahead: TilesAhead?
) {
  let width = Int(nacre_cache_width(Format.type, Int64(headSize)))
  let tileBytes = Int(nacre_value_tile_bytes(Format.type, Int64(headSize)))
  let rowBytes = width * Format.valueBytes
  let stride = Int(nacre_attention_sum_stride(Int64(headSize)))
  let tiles = positions.lowerBound / 16..<(positions.upperBound + 15) / 16
  let bytesAhead = ahead?.stepBytes(tileCount: 1, stepCount: (width + 31) / 32) ?? 0
  for first in Swift.stride(from: 0, to: width, by: 32) {
    let weights = Format.scaleWeights(
      weights, queryCount: Tile.width, tiles: tiles, of: values, first: first, headSize: headSize, to: scaled)
    var mixes = Tile(sums: sums + first, stride: stride)
    for tile in tiles {
      ahead?.prefetch(tile: tile, step: first / 32, byteCount: bytesAhead)
      let (begin, end) = (
        larger(positions.lowerBound, tile * 16), smaller(positions.upperBound, tile * 16 + 16)
      )
      var row = values + tile * tileBytes + (begin - tile * 16) * rowBytes
      for position in begin..<end {
        mixes.accumulate(ValuePair(format, row, first: first, width: width), weights + position)
        row += rowBytes
      }
    }
    mixes.store(to: sums + first, stride: stride)
  }
}
