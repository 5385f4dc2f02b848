import CKernelABI

/// Tiles of the cache that are read soon: keys while values are mixed, values while keys are scored. The processor
/// alone does not foresee the change from one to the other.
struct TilesAhead {
  private let start: UnsafeRawPointer
  private let tileBytes: Int

  @inline(__always)
  init(_ start: UnsafeRawPointer, tileBytes: Int) {
    self.start = start
    self.tileBytes = tileBytes
  }

  /// What falls to one of `stepCount` steps over four tiles from `tile` on: lines asked for in a burst would be waited
  /// for.
  @inline(__always)
  func prefetch(four tile: Int, step: Int, of stepCount: Int) {
    let stepBytes = (tileBytes * 4 / stepCount + 63) / 64 * 64
    let first = start + tile * tileBytes + step * stepBytes
    var offset = 0
    repeat {
      nacre_prefetch_far(first + offset)
      offset += 64
    } while offset < stepBytes
  }

  /// Part `part` of `partCount` of one tile.
  @inline(__always)
  func prefetch(tile: Int, part: Int, of partCount: Int) {
    let (first, end) = (tileBytes * part / partCount, tileBytes * (part + 1) / partCount)
    for offset in stride(from: first, to: end, by: 64) {
      nacre_prefetch_far(start + tile * tileBytes + offset)
    }
  }
}
