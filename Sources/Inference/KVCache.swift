import Platform

/// Keys and values of every cached position, in half precision.
///
/// Keys lie in blocks of 16 positions, [layer][head][position / 16][headSize][16], so that one query's scores of
/// 16 positions come out as one vector; values lie as [layer][head][position][valueStride].
/// Rolling back is a change of `count`: what lies behind it is overwritten later and never read.
struct KVCache {
  /// Number of positions that hold something.
  var count = 0
  /// Number of positions that fit.
  let capacity: Int
  /// Halves from one position's values to the next: the head size rounded up to 16.
  let valueStride: Int

  private let memory: AlignedBuffer
  private let keyHeadHalves: Int
  private let valueHeadHalves: Int
  private let headCount: Int
  private let valuesStart: Int

  /// - Parameter capacity: Positions; memory that no position uses yet costs nothing.
  init(_ configuration: ModelConfiguration, capacity: Int) {
    self.capacity = capacity
    let padded = (capacity + 15) / 16 * 16
    valueStride = (configuration.headSize + 15) / 16 * 16
    keyHeadHalves = padded * configuration.headSize
    valueHeadHalves = padded * valueStride
    headCount = configuration.keyValueHeadCount
    let heads = configuration.layerCount * headCount
    valuesStart = heads * keyHeadHalves
    memory = AlignedBuffer(of: UInt16.self, count: valuesStart + heads * valueHeadHalves)
  }

  var byteCount: Int { memory.byteCount }

  /// Start of one head's keys.
  func keys(layer: Int, head: Int) -> UnsafeMutablePointer<UInt16> {
    memory.pointer(to: UInt16.self) + (layer * headCount + head) * keyHeadHalves
  }

  /// Start of one head's values.
  func values(layer: Int, head: Int) -> UnsafeMutablePointer<UInt16> {
    memory.pointer(to: UInt16.self) + valuesStart + (layer * headCount + head) * valueHeadHalves
  }
}
