import CPlatform
import Glibc

/// Memory that kernels read and write: page-aligned, zero at first, never moved, freed with its owner.
///
/// It may be asked to be on certain NUMA nodes, and large buffers ask for huge pages.
/// Pages that nobody touches cost nothing, so a buffer may be sized for the longest context.
public final class AlignedBuffer: @unchecked Sendable {
  // Invariant: the mapping lives exactly as long as the object; who may write it when is the owner's contract.

  /// Start of the memory, aligned to a page.
  public let start: UnsafeMutableRawPointer
  public let byteCount: Int

  /// Where the memory was asked to be.
  public let placement: MemoryPlacement

  /// Why it may not be there.
  public let placementProblem: PlacementProblem?

  private let reservation: NodeReservation?

  /// Nil when the system refuses that much memory: for sizes that come from a file.
  /// - Parameters:
  ///   - byteCount: At least 0; the memory reads as zero.
  ///   - placement: Where the memory is asked to be.
  public init?(ifAvailable byteCount: Int, placement: MemoryPlacement = .anywhere) {
    guard let mapping = Self.map(byteCount) else { return nil }
    self.byteCount = byteCount
    self.placement = placement
    (placementProblem, reservation) = placement.apply(to: mapping, byteCount: max(byteCount, 1))
    start = mapping
  }

  /// Ends the process when the system refuses that much memory.
  /// - Parameters:
  ///   - byteCount: At least 0; the memory reads as zero.
  ///   - placement: Where the memory is asked to be.
  public init(byteCount: Int, placement: MemoryPlacement = .anywhere) {
    guard let mapping = Self.map(byteCount) else {
      fatalError("out of memory: mmap of \(byteCount) bytes failed with error \(errno)")
    }
    self.byteCount = byteCount
    self.placement = placement
    (placementProblem, reservation) = placement.apply(to: mapping, byteCount: max(byteCount, 1))
    start = mapping
  }

  private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    precondition(byteCount >= 0)
    let length = max(byteCount, 1)
    let mapping = mmap(
      nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANONYMOUS) | Int32(MAP_NORESERVE), -1, 0)
    guard let mapping, mapping != MAP_FAILED else { return nil }
    if length >= 1 << 21 { cplatform_advise_huge_pages(mapping, length) }
    return mapping
  }

  deinit { munmap(start, max(byteCount, 1)) }

  /// Room for `count` values of `type`.
  public convenience init<T: BitwiseCopyable>(
    of type: T.Type, count: Int, placement: MemoryPlacement = .anywhere
  ) {
    let (bytes, overflow) = MemoryLayout<T>.stride.multipliedReportingOverflow(by: count)
    precondition(!overflow)
    self.init(byteCount: bytes, placement: placement)
  }

  /// The whole memory.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: byteCount) }

  /// The memory as values of `type`.
  public func pointer<T: BitwiseCopyable>(to type: T.Type) -> UnsafeMutablePointer<T> {
    start.assumingMemoryBound(to: T.self)
  }
}
