import CKernelABI

/// A number of queries that share each load of keys: the scores of 16 positions for each.
///
/// As with `InputTile`, wider tiles are made of narrower ones and flattened by the compiler. A score is added up in
/// the same order in every tile.
protocol ScoreTile {
  /// What one step loads (`CacheFormat`).
  associatedtype Keys
  static var width: Int { get }

  init()

  /// Adds one step's products.
  /// - Parameter queries: The step's packed words of the tile's queries; those of one query are `lanes` words apart.
  mutating func accumulate(_ keys: Keys, _ queries: UnsafeRawPointer, lanes: Int)

  /// Writes scale · score into the strip of each query.
  func store(to strips: UnsafeMutablePointer<Float>, scale: Float)
}

/// One query of floats.
struct FloatScore: ScoreTile {
  private var sum = Floats(repeating: 0)

  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func accumulate(_ keys: Floats, _ queries: UnsafeRawPointer, lanes: Int) {
    sum = nacre_multiply_add(sum, keys, Floats(repeating: queries.load(as: Float.self)))
  }

  @inline(__always)
  func store(to strips: UnsafeMutablePointer<Float>, scale: Float) { storeVector(sum * scale, to: strips) }
}

/// 32 dimensions of 16 positions: eight words of codes for each, 64 bytes apart.
struct ByteKeys {
  let codes: UnsafeRawPointer
  let scales: Floats
}

/// One query of int8 blocks.
struct ByteScore: ScoreTile {
  private var sum = Floats(repeating: 0)

  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func accumulate(_ keys: ByteKeys, _ queries: UnsafeRawPointer, lanes: Int) {
    let words = queries.assumingMemoryBound(to: Int32.self)
    var dots = nacre_dot_start_128(words[9 * lanes])
    for word in 0..<8 {
      dots = nacre_dot_128(
        dots, loadVector(keys.codes + word * 64, as: Codes.self), words[word * lanes])
    }
    let scale = Float(bitPattern: UInt32(bitPattern: words[8 * lanes]))
    sum = nacre_multiply_add(sum, nacre_float_from_int(dots), keys.scales * scale)
  }

  @inline(__always)
  func store(to strips: UnsafeMutablePointer<Float>, scale: Float) { storeVector(sum * scale, to: strips) }
}

/// Two tiles side by side.
struct ScorePair<First: ScoreTile, Second: ScoreTile>: ScoreTile where First.Keys == Second.Keys {
  private var first = First()
  private var second = Second()

  static var width: Int { @inline(__always) get { First.width + Second.width } }

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func accumulate(_ keys: First.Keys, _ queries: UnsafeRawPointer, lanes: Int) {
    first.accumulate(keys, queries, lanes: lanes)
    second.accumulate(keys, queries + First.width * 4, lanes: lanes)
  }

  @inline(__always)
  func store(to strips: UnsafeMutablePointer<Float>, scale: Float) {
    first.store(to: strips, scale: scale)
    second.store(to: strips + First.width * Int(NACRE_ATTENTION_BLOCK), scale: scale)
  }
}

typealias Score2<T: ScoreTile> = ScorePair<T, T>
typealias Score4<T: ScoreTile> = ScorePair<Score2<T>, Score2<T>>
typealias Score8<T: ScoreTile> = ScorePair<Score4<T>, Score4<T>>

/// Scores of `tileCount` tiles of keys for one tile of queries.
/// - Parameters:
///   - queries: Packed (`CacheFormat.pack`).
///   - strips: One for each query, `NACRE_ATTENTION_BLOCK` floats apart; position p of the block goes to place p.
///   - ahead: What is read next, if it should be prefetched.
@inline(never)
func scoreKeys<Format: CacheFormat, Tile: ScoreTile>(
  _ format: Format.Type, _ tileType: Tile.Type, keys: UnsafeRawPointer, tileCount: Int,
  queries: UnsafeRawPointer, headSize: Int, scale: Float, strips: UnsafeMutablePointer<Float>,
  ahead: TilesAhead?
) where Tile.Keys == Format.Score.Keys {
  let stepCount = Format.stepCount(headSize: headSize)
  let stepBytes = Format.queryWords * Tile.width * 4
  let tileBytes = Int(nacre_key_tile_bytes(Format.type, Int64(headSize)))
  var tile = 0
  if Tile.width * 4 <= nacre_score_tile_width() {
    // One query alone would wait for each of its sums: four tiles of keys give it four.
    let stepBytesAhead = ahead?.stepBytes(tileCount: 4, stepCount: stepCount) ?? 0
    while tile + 4 <= tileCount {
      let start = keys + tile * tileBytes
      var (a, b, c, d) = (Tile(), Tile(), Tile(), Tile())
      for step in 0..<stepCount {
        ahead?.prefetch(tile: tile, step: step, byteCount: stepBytesAhead)
        let words = queries + step * stepBytes
        let load = { Format.keys(start + $0 * tileBytes, step: step, stepCount: stepCount) }
        a.accumulate(load(0), words, lanes: Tile.width)
        b.accumulate(load(1), words, lanes: Tile.width)
        c.accumulate(load(2), words, lanes: Tile.width)
        d.accumulate(load(3), words, lanes: Tile.width)
      }
      a.store(to: strips + tile * 16, scale: scale)
      b.store(to: strips + tile * 16 + 16, scale: scale)
      c.store(to: strips + tile * 16 + 32, scale: scale)
      d.store(to: strips + tile * 16 + 48, scale: scale)
      tile += 4
    }
  }
  let tileBytesAhead = ahead?.stepBytes(tileCount: 1, stepCount: 1) ?? 0
  while tile < tileCount {
    ahead?.prefetch(tile: tile, step: 0, byteCount: tileBytesAhead)
    var scores = Tile()
    for step in 0..<stepCount {
      let keys = Format.keys(keys + tile * tileBytes, step: step, stepCount: stepCount)
      scores.accumulate(keys, queries + step * stepBytes, lanes: Tile.width)
    }
    scores.store(to: strips + tile * 16, scale: scale)
    tile += 1
  }
}
