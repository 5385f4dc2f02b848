import Foundation

/// Checks placement on a machine with NUMA nodes 0 and 1, two CPUs each: `Tools/test-numa` boots one.
///
///     placement-check memory | threads | models TARGET | report REPORT REFERENCE [EXPECTATION…]
@main
struct PlacementCheck {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    var checks = Checks()
    switch arguments.first {
    case "memory": try checkMemory(&checks)
    case "threads": checkThreads(&checks)
    case "models" where arguments.count == 2: try checkRowSplit(&checks, model: Array(arguments)[1])
    case "report" where arguments.count > 2:
      let rest = Array(arguments.dropFirst())
      try checkReport(&checks, report: rest[0], reference: rest[1], expectations: Array(rest[2...]))
    default:
      print(
        "usage: placement-check memory | threads | models TARGET | report REPORT REFERENCE [EXPECTATION…]")
      exit(64)
    }
    exit(checks.failedCount == 0 ? 0 : 1)
  }
}

/// Counts and prints what holds and what does not.
struct Checks {
  private(set) var failedCount = 0

  mutating func expect(_ holds: Bool, _ claim: String) {
    print("\(holds ? "ok    " : "FAILED") \(claim)")
    if !holds { failedCount += 1 }
  }
}
