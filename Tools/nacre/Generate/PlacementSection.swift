import Platform

/// A placement report for machines, and in a few lines for people.
struct PlacementSection: Encodable {
  struct Thread: Encodable {
    let name: String
    let askedCPU: Int?
    let allowedCPUs: [Int]
    /// The CPU that it ran on last.
    let cpu: Int?
    /// The lane that it helps while its own has nothing to do.
    let helps: String?
  }

  struct Buffer: Encodable {
    let name: String
    let byteCount: Int
    let asked: String
    let askedNodes: [Int]
    let pages: Int
    /// Pages looked at: all, or a sample.
    let examinedPages: Int
    let untouchedPages: Int
    /// Part of the touched pages on each node, by the node's number.
    let shares: [String: Double]
  }

  let threads: [Thread]
  let buffers: [Buffer]
  /// What is not as it was asked to be.
  let warnings: [String]

  init(_ report: PlacementReport) {
    threads = report.threads.map {
      Thread(
        name: $0.name, askedCPU: $0.askedCPU, allowedCPUs: $0.allowedCPUs, cpu: $0.currentCPU,
        helps: $0.helps)
    }
    buffers = report.buffers.map { buffer in
      let census = buffer.census
      return Buffer(
        name: buffer.name, byteCount: buffer.byteCount, asked: "\(buffer.asked)",
        askedNodes: buffer.asked.nodes, pages: census.pageCount, examinedPages: census.examinedCount,
        untouchedPages: census.untouchedCount,
        shares: Dictionary(
          uniqueKeysWithValues: census.countByNode.keys.map { ("\($0)", census.share(ofNode: $0)!) }))
    }
    warnings = report.warnings
  }
}

extension PlacementReport {
  /// For standard error.
  var summary: String {
    let threads = threads.map { thread in
      let asked = thread.askedCPU.map { "\($0)" } ?? "any"
      let mask = thread.isAsAsked ? "" : ", may run on \(thread.allowedCPUs)"
      let helps = thread.helps.map { ", helps \($0) when idle" } ?? ""
      return
        "\(thread.name) on CPU \(thread.currentCPU.map { "\($0)" } ?? "?") (asked \(asked)\(mask)\(helps))"
    }
    let buffers = buffers.map { buffer in
      let census = buffer.census
      let sample = census.examinedCount < census.pageCount ? ", from \(census.examinedCount) pages" : ""
      return "  \(buffer.name): \(census) (asked \(buffer.asked); "
        + "\((buffer.byteCount + (1 << 19)) >> 20) MiB\(sample))\n"
    }
    return "threads: \(threads.joined(separator: ", "))\nmemory:\n" + buffers.joined()
  }
}
