import CPlatform
import Glibc
import SystemPackage

/// On which NUMA nodes the pages of memory really are, as the system tells (`move_pages`).
public struct PageCensus: Sendable, Equatable {
  /// Pages in the memory.
  public internal(set) var pageCount = 0
  /// Pages looked at: all, or of large memory a sample at equal distances.
  public internal(set) var examinedCount = 0
  /// Of those looked at: pages that nobody has touched, which are nowhere yet.
  public internal(set) var untouchedCount = 0
  /// Of those looked at: pages on each node.
  public internal(set) var countByNode: [Int: Int] = [:]
  /// Why the system did not tell, if it did not.
  public internal(set) var problem: Errno?

  /// Nothing looked at.
  public init() {}

  /// Most pages that are looked at in one piece of memory: about a millisecond's work.
  public static let defaultSampleCount = 16384

  /// Looks at the pages that hold `bytes`. Touches none.
  public init(of bytes: UnsafeRawBufferPointer, sampleCount: Int = defaultSampleCount) {
    precondition(sampleCount > 0)
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let pageSize = UInt(sysconf(Int32(_SC_PAGESIZE)))
    let first = UInt(bitPattern: base) / pageSize
    pageCount = Int((UInt(bitPattern: base) + UInt(bytes.count) - 1) / pageSize - first) + 1
    let count = min(pageCount, sampleCount)
    let batchCount = 1024
    var begin = 0
    while begin < count, problem == nil {
      let pages: [UnsafeRawPointer?] = (begin..<min(begin + batchCount, count)).map { index in
        let (high, low) = pageCount.multipliedFullWidth(by: index)
        let page = count.dividingFullWidth((high, low)).quotient
        return UnsafeRawPointer(bitPattern: (first + UInt(page)) * pageSize)
      }
      add(pages)
      begin += batchCount
    }
  }

  private mutating func add(_ pages: [UnsafeRawPointer?]) {
    var nodes = [Int32](repeating: -ENOENT, count: pages.count)
    let error = cplatform_page_nodes(pages, pages.count, &nodes)
    guard error == 0 else {
      problem = Errno(rawValue: error)
      return
    }
    examinedCount += pages.count
    for node in nodes {
      if node >= 0 { countByNode[Int(node), default: 0] += 1 } else { untouchedCount += 1 }
    }
  }

  /// Pages looked at that are somewhere.
  public var touchedCount: Int { examinedCount - untouchedCount }

  /// Part of the touched pages that are on `node`, 0...1; nil when there are none.
  public func share(ofNode node: Int) -> Double? {
    touchedCount == 0 ? nil : Double(countByNode[node] ?? 0) / Double(touchedCount)
  }

  /// Both pieces of memory as one.
  public mutating func add(_ other: PageCensus) {
    pageCount += other.pageCount
    examinedCount += other.examinedCount
    untouchedCount += other.untouchedCount
    countByNode.merge(other.countByNode, uniquingKeysWith: +)
    problem = problem ?? other.problem
  }
}
