import Foundation

/// What `nacre generate --json` says of placement; only what is checked here.
private struct Report: Decodable {
  struct Placement: Decodable {
    struct Thread: Decodable {
      let name: String
      let askedCPU: Int?
      let allowedCPUs: [Int]
      let cpu: Int?
    }
    struct Buffer: Decodable {
      let name: String
      let examinedPages: Int
      let untouchedPages: Int
      let askedNodes: [Int]
      let shares: [String: Double]
    }
    let threads: [Thread]
    let buffers: [Buffer]
    let warnings: [String]
  }
  let text: String
  let kernelLevel: String
  let placement: Placement
}

/// Holds a report against what was asked, and its text against that of another machine.
/// - Parameter expectations: `target.cpus=0,1`, `draft.nodes=1`, `target.weights=0,1` and so on, or `without=NAME` of a
///   buffer.
func checkReport(
  _ checks: inout Checks, report: String, reference: String, expectations: [String]
) throws {
  let (report, reference) = try (load(report), load(reference))
  let placement = report.placement
  checks.expect(
    report.text == reference.text && !report.text.isEmpty && report.kernelLevel == reference.kernelLevel,
    "the text is that of the other machine, \(report.text.utf8.count) bytes")
  checks.expect(placement.warnings.isEmpty, "no warnings: \(placement.warnings)")
  for expectation in expectations {
    let sides = expectation.split(separator: "=", maxSplits: 1).map(String.init)
    let subject = sides[0].split(separator: ".").map(String.init)
    let numbers = sides[1].split(separator: ",").compactMap { Int($0) }
    switch subject.last {
    case "cpus":
      let threads = placement.threads.filter { $0.name == subject[0] || $0.name.hasPrefix(subject[0] + "-") }
      let isRight = threads.allSatisfy { $0.allowedCPUs == [$0.cpu] && $0.cpu == $0.askedCPU }
      checks.expect(
        threads.map { $0.cpu ?? -1 } == numbers && isRight,
        "threads of the \(subject[0]) are on CPUs \(numbers)")
    case "nodes":
      let buffers = placement.buffers.filter { $0.name.hasPrefix(subject[0] + " ") }
      checks.expect(buffers.count >= 3, "the \(subject[0]) has weights, cache and scratch")
      for buffer in buffers {
        let nodes = buffer.shares.keys.compactMap { Int($0) }.sorted()
        let isAsked = !buffer.askedNodes.isEmpty && nodes == buffer.askedNodes
        checks.expect(
          isAsked && Set(nodes).isSubset(of: numbers) && buffer.untouchedPages < buffer.examinedPages,
          "\(buffer.name): asked nodes \(buffer.askedNodes), is \(buffer.shares)")
      }
    case "weights":
      let buffers = placement.buffers.filter { $0.name == subject[0] + " weights" }
      checks.expect(
        buffers.map(\.askedNodes) == numbers.map { [$0] }
          && buffers.allSatisfy { $0.shares == ["\($0.askedNodes[0])": 1] },
        "each of nodes \(numbers) has a part of the \(subject[0])'s weights: \(buffers)")
    default:
      checks.expect(
        !placement.buffers.contains { $0.name == sides[1] }, "there is nothing like '\(sides[1])'")
    }
  }
}

private func load(_ path: String) throws -> Report {
  try JSONDecoder().decode(Report.self, from: Data(contentsOf: URL(filePath: path)))
}
