import CKernelABI
import KernelDispatch
import Platform

/// Keys and values of every cached position, in tiles of 16 positions (cache_layout.h): first all keys,
/// [layer][head][tile], then all values.
///
/// A position is written once, whole. Rolling back is a change of `count`: what lies behind it is overwritten later
/// and never read.
struct KVCache {
  /// Number of positions that hold something.
  var count = 0
  /// Number of positions that fit.
  let capacity: Int
  let functions: nacre_cache_functions

  let memory: AlignedBuffer
  private let headSize: Int
  private let headCount: Int
  private let headBytes: (keys: Int, values: Int)
  private let valuesStart: Int

  /// - Parameter capacity: Positions; memory that no position uses yet costs nothing.
  init(
    _ configuration: ModelConfiguration, type: CacheType, capacity: Int, kernels: KernelLibrary,
    placement: MemoryPlacement
  ) {
    self.capacity = capacity
    functions = kernels.cache(type)
    let tileBytes = type.tileBytes(headSize: configuration.headSize)
    let tileCount = (capacity + 15) / 16
    headBytes = (tileCount * tileBytes.keys, tileCount * tileBytes.values)
    headSize = configuration.headSize
    headCount = configuration.keyValueHeadCount
    let heads = configuration.layerCount * headCount
    valuesStart = heads * headBytes.keys
    memory = AlignedBuffer(byteCount: valuesStart + heads * headBytes.values, placement: placement)
  }

  var byteCount: Int { memory.byteCount }

  /// Bytes for each position of the context.
  static func bytesPerPosition(_ configuration: ModelConfiguration, type: CacheType) -> Int {
    let tileBytes = type.tileBytes(headSize: configuration.headSize)
    let heads = configuration.layerCount * configuration.keyValueHeadCount
    return heads * (tileBytes.keys + tileBytes.values) / 16
  }

  /// Start of one head's keys.
  func keys(layer: Int, head: Int) -> UnsafeMutableRawPointer {
    memory.start + (layer * headCount + head) * headBytes.keys
  }

  /// Start of one head's values.
  func values(layer: Int, head: Int) -> UnsafeMutableRawPointer {
    memory.start + valuesStart + (layer * headCount + head) * headBytes.values
  }

  /// Writes one position: keys and values of all heads, one head after the other.
  func store(
    position: Int, layer: Int, keys: UnsafePointer<Float>, values: UnsafePointer<Float>
  ) {
    for head in 0..<headCount {
      let offset = head * headSize
      functions.store_key(
        keys + offset, Int64(headSize), Int64(position), self.keys(layer: layer, head: head))
      functions.store_value(
        values + offset, Int64(headSize), Int64(position), self.values(layer: layer, head: head))
    }
  }
}
