import CKernelABI

/// The queries of one call: packed, with their running sums in scratch.
struct AttentionQueries<Format: CacheFormat> {
  private let attention: nacre_attention
  private let headSize: Int
  private let sumStride: Int
  private let keyTileBytes: Int
  private let valueTileBytes: Int
  private let packed: UnsafeMutableRawPointer
  private let sums: UnsafeMutablePointer<Float>
  private let denominators: UnsafeMutablePointer<Float>
  private let maxima: UnsafeMutablePointer<Float>
  private let strips: UnsafeMutablePointer<Float>
  private let scaledStrips: UnsafeMutablePointer<Float>
  let count: Int

  @inline(__always)
  init(_ attention: nacre_attention) {
    self.attention = attention
    headSize = Int(attention.head_size)
    sumStride = Int(nacre_attention_sum_stride(attention.head_size))
    keyTileBytes = Int(nacre_key_tile_bytes(Format.type, attention.head_size))
    valueTileBytes = Int(nacre_value_tile_bytes(Format.type, attention.head_size))
    count = Int(attention.query_end - attention.query_begin)
    let most = Int(NACRE_ATTENTION_QUERIES)
    let stripFloats = Int(NACRE_ATTENTION_TILE) * Int(NACRE_ATTENTION_BLOCK)
    strips = attention.scratch.assumingMemoryBound(to: Float.self)
    scaledStrips = strips + stripFloats
    denominators = scaledStrips + stripFloats
    maxima = denominators + most * 16
    sums = maxima + most * 16
    packed = UnsafeMutableRawPointer(sums + most * sumStride)
  }

  /// Calls `body` with the first query and the width of each tile, widest tiles first.
  @inline(__always)
  func forEachTile(_ body: (Int, Int) -> Void) {
    var query = 0
    while query < count {
      var width = Int(nacre_score_tile_width())
      while query + width > count { width /= 2 }
      body(query, width)
      query += width
    }
  }

  @inline(__always)
  func prepare() {
    for query in 0..<count { softmax(query).reset() }
    forEachTile { first, width in
      for lane in 0..<width {
        let words = queryWords(first) + lane * 4
        Format.pack(
          attention.queries + place(first + lane, attention.query_stride), headSize: headSize, to: words,
          lanes: width)
      }
    }
  }

  /// Positions that a query sees.
  @inline(__always)
  func positionCount(_ query: Int) -> Int {
    Int(attention.position_count) + (Int(attention.query_begin) + query) / Int(attention.head_count)
  }

  /// One tile of queries against the block of positions that begins at `first`; the last query sees some of it.
  @inline(__always)
  func attend<Scores: ScoreTile>(
    _ type: Scores.Type, _ query: Int, _ keys: UnsafeRawPointer, _ values: UnsafeRawPointer,
    _ nextKeys: UnsafeRawPointer?, first: Int
  ) where Scores.Keys == Format.Score.Keys {
    let block = Int(NACRE_ATTENTION_BLOCK)
    let most = smaller(positionCount(query + Scores.width - 1) - first, block)
    // The first tile of queries brings the block into the cache for all.
    let isFirst = query == 0
    scoreKeys(
      Format.self, Scores.self, keys: keys, tileCount: (most + 15) / 16, queries: queryWords(query),
      headSize: headSize, scale: attention.scale, strips: strips,
      ahead: isFirst ? TilesAhead(values, tileBytes: valueTileBytes) : nil)
    for lane in 0..<Scores.width {
      let count = smaller(positionCount(query + lane) - first, block)
      if count > 0 { softmax(query + lane).weigh(strips + lane * block, count: count) }
    }
    // Earlier rows see less of the block that the tile's rows are in: what all see, then what is left of each.
    let common = larger(0, smaller(positionCount(query) - first, block))
    let ahead = isFirst ? nextKeys.map { TilesAhead($0, tileBytes: keyTileBytes) } : nil
    mix(width: Scores.width, query, values, 0..<common, ahead)
    if common == most { return }
    for lane in 0..<Scores.width {
      let count = smaller(positionCount(query + lane) - first, block)
      if count > common { mix(OneMix.self, query, lane, values, common..<count, nil) }
    }
  }

  /// Mixes the values for `width` queries, as many at a time as the level's registers hold.
  @inline(__always)
  private func mix(
    width: Int, _ query: Int, _ values: UnsafeRawPointer, _ positions: Range<Int>, _ ahead: TilesAhead?
  ) {
    let widest = smaller(width, Int(nacre_mix_tile_width()))
    for lane in stride(from: 0, to: width, by: widest) {
      let laneAhead = lane == 0 ? ahead : nil
      switch widest {
      case 8: mix(Mix8.self, query, lane, values, positions, laneAhead)
      case 4: mix(Mix4.self, query, lane, values, positions, laneAhead)
      case 2: mix(Mix2.self, query, lane, values, positions, laneAhead)
      default: mix(OneMix.self, query, lane, values, positions, laneAhead)
      }
    }
  }

  @inline(__always)
  private func mix<Mixes: MixTile>(
    _ type: Mixes.Type, _ query: Int, _ lane: Int, _ values: UnsafeRawPointer, _ positions: Range<Int>,
    _ ahead: TilesAhead?
  ) {
    let strip = lane * Int(NACRE_ATTENTION_BLOCK)
    mixValues(
      Format.self, Mixes.self, values: values, positions: positions, weights: strips + strip,
      scaled: scaledStrips + strip, sums: sums + (query + lane) * sumStride, headSize: headSize,
      ahead: ahead)
  }

  @inline(__always)
  func store() {
    for query in 0..<count {
      softmax(query).store(
        to: attention.output + place(query, attention.output_stride), headSize: headSize)
    }
  }

  @inline(__always)
  private func softmax(_ query: Int) -> RunningSoftmax {
    RunningSoftmax(
      maximum: maxima + query, denominator: denominators + query * 16, sums: sums + query * sumStride,
      sumCount: sumStride)
  }

  /// A tile's packed queries. Those before it take no more room than this.
  @inline(__always)
  private func queryWords(_ query: Int) -> UnsafeMutableRawPointer { packed + query * sumStride * 4 }

  /// Where a query's head begins in rows that are `stride` floats apart.
  @inline(__always)
  private func place(_ query: Int, _ stride: Int64) -> Int {
    let (row, head) = (Int(attention.query_begin) + query).quotientAndRemainder(
      dividingBy: Int(attention.head_count))
    return row * Int(stride) + head * headSize
  }
}
