import CKernelABI

/// Keys and values as int8 with a half scale for 32 values of a position. A step is 32 dimensions: queries are
/// quantized too, and multiplied as integers.
enum ByteCache: CacheFormat {
  typealias Score = ByteScore

  static var type: Int32 { @inline(__always) get { Int32(NACRE_CACHE_Q8_0) } }
  /// Eight words of codes, their scale, and −128 · Σ codes: what the keys' offset adds too much.
  static var queryWords: Int { @inline(__always) get { 10 } }
  static var valueBytes: Int { @inline(__always) get { 1 } }

  @inline(__always)
  static func stepCount(headSize: Int) -> Int { (headSize + 31) / 32 }

  @inline(__always)
  static func keys(_ tile: UnsafeRawPointer, step: Int, stepCount: Int) -> ByteKeys {
    let scales = loadVector(tile + stepCount * 512 + step * 32, as: Halves.self)
    return ByteKeys(codes: tile + step * 512, scales: nacre_float_from_half(scales))
  }

  @inline(__always)
  static func pack(
    _ query: UnsafePointer<Float>, headSize: Int, to words: UnsafeMutableRawPointer, lanes: Int
  ) {
    let packed = words.assumingMemoryBound(to: Int32.self)
    for step in 0..<stepCount(headSize: headSize) {
      let block = ByteBlock(query + step * 32, count: smaller(32, headSize - step * 32), hasHalfScale: false)
      let (low, high) = (
        unsafeBitCast(block.low, to: SIMD4<Int32>.self), unsafeBitCast(block.high, to: SIMD4<Int32>.self)
      )
      let lane = packed + step * queryWords * lanes
      for word in 0..<4 {
        lane[word * lanes] = low[word]
        lane[(word + 4) * lanes] = high[word]
      }
      lane[8 * lanes] = Int32(bitPattern: block.scale.bitPattern)
      lane[9 * lanes] = -128 &* block.sum
    }
  }

  @inline(__always)
  static func values(_ start: UnsafeRawPointer) -> Floats {
    nacre_float_from_signed_bytes(loadVector(start, as: SIMD16<Int8>.self))
  }

  @inline(__always)
  static func scaleWeights(
    _ weights: UnsafePointer<Float>, queryCount: Int, tiles: Range<Int>, of values: UnsafeRawPointer,
    first: Int, headSize: Int, to scaled: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    let width = stepCount(headSize: headSize) * 32
    for tile in tiles {
      let halves = loadVector(values + tile * 17 * width + 16 * width + first, as: Halves.self)
      let scales = nacre_float_from_half(halves)
      for query in 0..<queryCount {
        let place = query * Int(NACRE_ATTENTION_BLOCK) + tile * 16
        storeVector(loadVector(weights + place, as: Floats.self) * scales, to: scaled + place)
      }
    }
    return UnsafePointer(scaled)
  }
}

extension ByteCache {
  static func storeKey(
    _ key: UnsafePointer<Float>, _ headSize: Int, _ position: Int, _ keys: UnsafeMutableRawPointer
  ) {
    let tile = keys + position / 16 * Int(nacre_key_tile_bytes(type, Int64(headSize)))
    let words = tile.assumingMemoryBound(to: UInt32.self) + position % 16
    let count = stepCount(headSize: headSize)
    let scales = (tile + count * 512).assumingMemoryBound(to: UInt16.self) + position % 16
    for step in 0..<count {
      let block = ByteBlock(key + step * 32, count: smaller(32, headSize - step * 32), hasHalfScale: true)
      let (low, high) = (
        unsafeBitCast(block.low, to: SIMD4<UInt32>.self), unsafeBitCast(block.high, to: SIMD4<UInt32>.self)
      )
      for word in 0..<4 {
        // Flipping the sign bit adds 128.
        words[(step * 8 + word) * 16] = low[word] ^ 0x8080_8080
        words[(step * 8 + word + 4) * 16] = high[word] ^ 0x8080_8080
      }
      scales[step * 16] = block.halfScale
    }
  }

  static func storeValue(
    _ value: UnsafePointer<Float>, _ headSize: Int, _ position: Int, _ values: UnsafeMutableRawPointer
  ) {
    let count = stepCount(headSize: headSize)
    let tile = values + position / 16 * Int(nacre_value_tile_bytes(type, Int64(headSize)))
    let row = tile + position % 16 * count * 32
    let scales = (tile + count * 512).assumingMemoryBound(to: UInt16.self) + position % 16
    for step in 0..<count {
      let block = ByteBlock(value + step * 32, count: smaller(32, headSize - step * 32), hasHalfScale: true)
      storeVector(block.low, to: row + step * 32)
      storeVector(block.high, to: row + step * 32 + 16)
      scales[step * 16] = block.halfScale
    }
  }
}
