import Quantization
import TensorTypes

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
    var random = SplitMix(seed: seed ^ 0x5851_f42d_4c95_7f2d)
    let spread = 1 / Float(columnCount).squareRoot()
    blocks = format.quantize(
      (0..<blockCount * unit * type.blockElementCount).map { _ in
        // The sum of four uniform numbers in −1...1 has variance 4/3.
        (0..<4).reduce(Float(0)) { sum, _ in sum + random.uniform() } * spread * 0.866
      })
  }
}

/// The pools of a model: matrices with rows of one form share one.
struct BlockPools {
  private struct RowForm: Hashable {
    let type: ElementType
    let columnCount: Int
  }

  private let seed: UInt64
  private var pools: [RowForm: BlockPool] = [:]

  init(seed: UInt64) { self.seed = seed }

  /// - Precondition: The type can be written, and `columnCount` is a multiple of its block.
  mutating func pool(_ type: ElementType, columnCount: Int) -> BlockPool {
    let form = RowForm(type: type, columnCount: columnCount)
    if let pool = pools[form] { return pool }
    let format = BlockFormats.writableFormat(for: type)!
    let pool = BlockPool(format: format, columnCount: columnCount, seed: seed)
    pools[form] = pool
    return pool
  }
}

/// Rows of random weights, one after the other.
struct RandomRows {
  private let pool: BlockPool
  private var random: SplitMix

  init(_ pool: BlockPool, seed: UInt64) {
    self.pool = pool
    random = SplitMix(seed: seed)
  }

  mutating func next() -> [UInt8] {
    let size = pool.blockBytes
    return [UInt8](unsafeUninitializedCapacity: pool.blocksPerRow * size) { row, count in
      pool.blocks.withUnsafeBytes { blocks in
        for block in 0..<pool.blocksPerRow {
          let drawn = Int(random.next() % UInt64(pool.blockCount))
          (UnsafeMutableRawPointer(row.baseAddress!) + block * size).copyMemory(
            from: blocks.baseAddress! + drawn * size, byteCount: size)
        }
      }
      count = pool.blocksPerRow * size
    }
  }
}
