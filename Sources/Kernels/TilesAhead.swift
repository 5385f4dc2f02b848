import CKernelABI

/// Tiles of the cache that are read soon: values while keys are scored, keys while values are mixed. The processor
/// alone does not foresee the change from one to the other.
struct TilesAhead {
  private let start: UnsafeRawPointer
  private let tileBytes: Int

  @inline(__always)
  init(_ start: UnsafeRawPointer, tileBytes: Int) {
    self.start = start
    self.tileBytes = tileBytes
  }

  /// Bytes of `tileCount` tiles that fall to one of `stepCount` steps: a multiple of 64. Not to be divided in a loop.
  @inline(__always)
  func stepBytes(tileCount: Int, stepCount: Int) -> Int {
    (tileBytes * tileCount / stepCount + 63) / 64 * 64
  }

  /// Asks for `byteCount` bytes, those of step `step` from tile `tile` on. Many lines at once would be waited for.
  @inline(__always)
  func prefetch(tile: Int, step: Int, byteCount: Int) {
    let first = start + tile * tileBytes + step * byteCount
    var offset = 0
    while offset < byteCount {
      nacre_prefetch_far(first + offset)
      offset += 64
    }
  }
}
