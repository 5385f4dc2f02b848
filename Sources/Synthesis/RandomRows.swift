import Quantization

/// Rows of random weights, made by drawing blocks from a pool that was quantized once.
///
/// Quantizing every weight of a large model would take minutes; drawing blocks runs at the speed of copying.
struct RandomRows {
  private let pool: [UInt8]
  private let blockBytes: Int
  private let blocksPerRow: Int
  private var state: UInt64

  private static let poolBlockCount = 2048

  /// - Precondition: `columnCount` is a multiple of the format's block.
  init(format: any WritableBlockFormat.Type, columnCount: Int, seed: UInt64) {
    let type = format.elementType
    // Small blocks are drawn several at a time.
    let group = max(1, 32 / type.blockElementCount)
    let unit = columnCount.isMultiple(of: group * type.blockElementCount) ? group : 1
    blockBytes = type.blockByteCount * unit
    blocksPerRow = columnCount / (type.blockElementCount * unit)
    state = seed
    var random = seed ^ 0x5851_f42d_4c95_7f2d
    let spread = 1 / Float(columnCount).squareRoot()
    pool = format.quantize(
      (0..<Self.poolBlockCount * unit * type.blockElementCount).map { _ in
        // The sum of four uniform numbers in −1...1 has variance 4/3.
        (0..<4).reduce(Float(0)) { sum, _ in sum + uniform(&random) } * spread * 0.866
      })
  }

  mutating func next() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: blocksPerRow * blockBytes) { row, count in
      pool.withUnsafeBytes { pool in
        for block in 0..<blocksPerRow {
          let drawn = Int(splitMix(&state) % UInt64(Self.poolBlockCount))
          (UnsafeMutableRawPointer(row.baseAddress!) + block * blockBytes).copyMemory(
            from: pool.baseAddress! + drawn * blockBytes, byteCount: blockBytes)
        }
      }
      count = blocksPerRow * blockBytes
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
