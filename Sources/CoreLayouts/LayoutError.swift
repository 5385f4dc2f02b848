import Topology

/// Why a layout cannot be had: what is wrong, and at which place of its text.
public struct LayoutError: Error, Equatable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    case empty
    /// Something else than `auto` or a name with `=` after it.
    case expectedName
    case unknownName(String)
    /// `target`, `draft` or `shared` stands twice.
    case repeatedName(String)
    /// `shared` beside `target` or `draft`.
    case sharedAndApart
    /// A `draft` without a `target`.
    case noTarget
    /// The models have no draft's CPUs, and there is a draft.
    case noDraft
    case expectedCPUs
    case numberTooLarge
    case reversedRange
    case unknownCPUs(CPUSet, present: CPUSet)
    case offline(CPUSet)
    case outsideMask(CPUSet, allowed: CPUSet)
    case unknownNode(Int, known: CPUSet)
    /// A node that is only memory.
    case nodeWithoutCPUs(Int)
    /// The affinity mask has none of the node's CPUs.
    case nodeOutsideMask(Int, allowed: CPUSet)
    /// Named for both models.
    case overlap(CPUSet)
    case moreThreadsThanQuota(threadCount: Int, quota: Double)
  }

  public let problem: Problem
  /// The whole layout as it was written.
  public let text: String
  /// Which characters of it are meant.
  public let place: Range<Int>

  public init(_ problem: Problem, in text: String, at place: Range<Int>) {
    (self.problem, self.text, self.place) = (problem, text, place)
  }

  /// The problem, and below it the text with the place marked.
  public var description: String {
    let mark = String(repeating: "^", count: max(place.count, 1))
    return "\(problem)\n  \(text)\n  \(String(repeating: " ", count: place.lowerBound))\(mark)"
  }
}

extension LayoutError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "the layout is empty; expected \(Self.forms)"
    case .expectedName: "expected \(Self.forms)"
    case .unknownName(let name): "unknown name '\(name)'; known: target, draft, shared"
    case .repeatedName(let name): "'\(name)' stands twice; separate CPUs with commas: \(name)=0-3,8"
    case .sharedAndApart:
      "'shared' gives both models the same CPUs, so neither 'target' nor 'draft' stands beside it"
    case .noTarget: "the target's CPUs are missing; add target=…"
    case .noDraft: "the draft's CPUs are missing; add draft=…, or write shared=… for both"
    case .expectedCPUs: "expected a CPU (5), a range of CPUs (0-7) or a NUMA node (node0)"
    case .numberTooLarge: "no CPU has so large a number (at most \(CPUSet.limit - 1))"
    case .reversedRange: "the range ends before it begins"
    case .unknownCPUs(let cpus, let present): "this machine has no CPU \(cpus); it has \(present)"
    case .offline(let cpus): "CPU \(cpus) is offline"
    case .outsideMask(let cpus, let allowed):
      "CPU \(cpus) is outside this process's affinity mask, which is \(allowed)"
    case .unknownNode(let node, let known): "this machine has no NUMA node \(node); it has \(known)"
    case .nodeWithoutCPUs(let node): "NUMA node \(node) has memory but no CPUs that are online"
    case .nodeOutsideMask(let node, let allowed):
      "this process's affinity mask, \(allowed), has none of the CPUs of NUMA node \(node)"
    case .overlap(let cpus): "CPU \(cpus) is given to both models; write shared=… to let them take turns"
    case .moreThreadsThanQuota(let threadCount, let quota):
      "\(threadCount) threads would be busy, but the cgroup's quota pays for \(Self.short(quota)) CPUs"
    }
  }

  private static let forms = "auto, target=CPUS,draft=CPUS or shared=CPUS"

  /// With at most two decimals.
  private static func short(_ number: Double) -> String {
    let hundredths = (number * 100).rounded() / 100
    return hundredths == hundredths.rounded() ? "\(Int(hundredths))" : "\(hundredths)"
  }
}
