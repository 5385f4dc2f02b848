import CKernelABI

/// How far ahead of the weights in use the next ones are asked for, by how long the arithmetic keeps from them.
///
/// With little arithmetic a core's out-of-order window runs far enough ahead by itself, and hardware prefetchers do
/// best undisturbed. With more of it the window spans fewer lines than memory's latency, and lines are fetched to the
/// first-level cache; with most, to the second-level cache before.
private enum ReadAhead {
  /// Bytes ahead at which lines are fetched from memory to the second-level cache.
  static var farDistance: Int { @inline(__always) get { 16384 } }
  /// Bytes ahead at which lines are fetched to the first-level cache.
  static var nearDistance: Int { @inline(__always) get { 4096 } }
}

/// Reads ahead the cache lines of weights that `tileWidth` inputs will share.
/// - Parameters:
///   - byteCount: Bytes of one step's weights.
///   - operationCount: Vector operations of one step for one input.
@inline(__always)
func prefetch(_ weights: UnsafeRawPointer, byteCount: Int, operationCount: Int, tileWidth: Int) {
  let operationsPerKibibyte = tileWidth * operationCount * 1024 / byteCount
  if operationsPerKibibyte < 72 { return }
  for line in 0..<(byteCount + 63) / 64 {
    if operationsPerKibibyte > 90 { nacre_prefetch_far(weights + ReadAhead.farDistance + line * 64) }
    nacre_prefetch_near(weights + ReadAhead.nearDistance + line * 64)
  }
}
