import CPlatform
import Glibc

/// Memory that kernels read and write: page-aligned, zero at first, never moved, freed with its owner.
///
/// Pages that nobody touches cost nothing, so a buffer may be sized for the longest context.
public final class AlignedBuffer: @unchecked Sendable {
  // Invariant: the mapping lives exactly as long as the object; who may write it when is the owner's contract.

  /// Start of the memory, aligned to a page.
  public let start: UnsafeMutableRawPointer
  public let byteCount: Int

  /// - Parameter byteCount: At least 0; the memory reads as zero.
  public init(byteCount: Int) {
    precondition(byteCount >= 0)
    self.byteCount = byteCount
    let length = max(byteCount, 1)
    let mapping = mmap(
      nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANONYMOUS) | Int32(MAP_NORESERVE), -1, 0)
    guard let mapping, mapping != MAP_FAILED else {
      fatalError("out of memory: mmap of \(length) bytes failed with error \(errno)")
    }
    if length >= 1 << 21 { cplatform_advise_huge_pages(mapping, length) }
    start = mapping
  }

  deinit { munmap(start, max(byteCount, 1)) }

  /// Room for `count` values of `type`.
  public convenience init<T: BitwiseCopyable>(of type: T.Type, count: Int) {
    let (bytes, overflow) = MemoryLayout<T>.stride.multipliedReportingOverflow(by: count)
    precondition(!overflow)
    self.init(byteCount: bytes)
  }

  /// The memory as values of `type`.
  public func pointer<T: BitwiseCopyable>(to type: T.Type) -> UnsafeMutablePointer<T> {
    start.assumingMemoryBound(to: T.self)
  }
}
