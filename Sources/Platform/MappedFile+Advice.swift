#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension MappedFile {
  /// What the program is about to do with a range of the file.
  public enum Advice: Sendable {
    /// Read it once, from front to back.
    case sequential
    /// Read it soon: start fetching it now.
    case willNeed
    /// Not read it again soon: its pages may go. Reading it later is still correct.
    case dontNeed
  }

  /// Tells the kernel how `range` will be used. A hint: it changes speed and memory in use, never the bytes.
  /// - Parameter range: Byte offsets within `0..<byteCount`. `dontNeed` acts on whole pages inside it only.
  /// - Returns: Whether the kernel took the hint.
  @discardableResult
  public func advise(_ advice: Advice, _ range: Range<Int>) -> Bool {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside the file")
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let roundUp = advice == .dontNeed
    let lower = (range.lowerBound + (roundUp ? page - 1 : 0)) / page * page
    let isToEnd = range.upperBound == byteCount
    let upper = roundUp && !isToEnd ? range.upperBound / page * page : range.upperBound
    guard lower < upper, let base = bytes.baseAddress else { return true }
    let address = UnsafeMutableRawPointer(mutating: base + lower)
    return madvise(address, upper - lower, Int32(advice.code)) == 0
  }
}

extension MappedFile.Advice {
  fileprivate var code: Int32 {
    switch self {
    case .sequential: MADV_SEQUENTIAL
    case .willNeed: MADV_WILLNEED
    case .dontNeed: MADV_DONTNEED
    }
  }
}
