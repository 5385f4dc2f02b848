import Quantization

/// Random blocks, quantized once, of which rows of one length are drawn.
///
/// Quantizing every weight of a large model would take minutes; drawing blocks runs at the speed of copying.
struct BlockPool {
  fileprivate let blocks: [UInt8]
  fileprivate let blockBytes: Int
  fileprivate let blocksPerRow: Int

  fileprivate let blockCount: Int

  /// - Precondition: `columnCount` is a multiple of the format's block.
  init(format: any WritableBlockFormat.Type, columnCount: Int, seed: UInt64) {
    let type = format.elementType
    // Small blocks are drawn several at a time.
    let group = max(1, 32 / type.blockElementCount)
    let unit = columnCount.isMultiple(of: group * type.blockElementCount) ? group : 1
    // Blocks of 256 elements take a slow search each.
    blockCount = type.blockElementCount > 32 ? 256 : 2048
    blockBytes = type.blockByteCount * unit
    blocksPerRow = columnCount / (type.blockElementCount * unit)
    var random = seed ^ 0x5851_f42d_4c95_7f2d
    let spread = 1 / Float(columnCount).squareRoot()
    blocks = format.quantize(
      (0..<blockCount * unit * type.blockElementCount).map { _ in
        // The sum of four uniform numbers in −1...1 has variance 4/3.
        (0..<4).reduce(Float(0)) { sum, _ in sum + uniform(&random) } * spread * 0.866
      })
  }
}

/// Rows of random weights, one after the other.
struct RandomRows {
  private let pool: BlockPool
  private var state: UInt64

  init(_ pool: BlockPool, seed: UInt64) {
    self.pool = pool
    state = seed
  }

  mutating func next() -> [UInt8] {
    let size = pool.blockBytes
    return [UInt8](unsafeUninitializedCapacity: pool.blocksPerRow * size) { row, count in
      pool.blocks.withUnsafeBytes { blocks in
        for block in 0..<pool.blocksPerRow {
          let drawn = Int(splitMix(&state) % UInt64(pool.blockCount))
          (UnsafeMutableRawPointer(row.baseAddress!) + block * size).copyMemory(
            from: blocks.baseAddress! + drawn * size, byteCount: size)
        }
      }
      count = pool.blocksPerRow * size
    }
  }
}

/// SplitMix64 (Steele et al. 2014).
private func splitMix(_ state: inout UInt64) -> UInt64 {
  state &+= 0x9e37_79b9_7f4a_7c15
  var z = state
  z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
  z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
  return z ^ (z >> 31)
}

/// A number in −1..<1.
private func uniform(_ state: inout UInt64) -> Float {
  Float(Int64(bitPattern: splitMix(&state)) >> 40) / Float(1 << 23)
}
