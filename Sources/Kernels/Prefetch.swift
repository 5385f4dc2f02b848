import CKernelABI

/// Bytes ahead of the codes in use at which lines are fetched from memory to the second-level cache, and from there to
/// the first: the former hides memory behind the arithmetic of eight inputs, the latter must not fill the first level's
/// few miss buffers.
private let farDistance = 16384
private let nearDistance = 1024

/// Reads ahead the cache lines of weights that `tileWidth` inputs will share.
///
/// A single input leaves the core waiting for memory, where the hardware's own prefetchers do best alone.
@inline(__always)
func prefetch(_ weights: UnsafeRawPointer, byteCount: Int, tileWidth: Int) {
  if tileWidth == 1 { return }
  var offset = 0
  while offset < byteCount {
    nacre_prefetch_far(weights + farDistance + offset)
    nacre_prefetch_near(weights + nearDistance + offset)
    offset += 64
  }
}
