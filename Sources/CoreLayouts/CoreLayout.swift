import Topology

/// Which CPUs a target and its draft run on.
public struct CoreLayout: Hashable, Sendable {
  /// How the two models stand to each other.
  public enum Arrangement: Hashable, Sendable {
    /// There is no draft.
    case targetAlone
    /// Each has CPUs of its own, so that both can run at the same time.
    case apart
    /// Both have the same CPUs, and take turns.
    case shared
  }

  public let arrangement: Arrangement
  /// One CPU per thread of the target; at least one.
  public let target: CPUSet
  /// One CPU per thread of the draft: none without a draft, the target's where they are shared.
  public let draft: CPUSet

  private init(_ arrangement: Arrangement, target: CPUSet, draft: CPUSet) {
    precondition(!target.isEmpty, "a target runs somewhere")
    (self.arrangement, self.target, self.draft) = (arrangement, target, draft)
  }

  /// The target alone.
  public static func target(_ cpus: CPUSet) -> CoreLayout {
    CoreLayout(.targetAlone, target: cpus, draft: [])
  }

  /// - Precondition: No CPU is in both.
  public static func apart(target: CPUSet, draft: CPUSet) -> CoreLayout {
    precondition(!draft.isEmpty && target.intersection(draft).isEmpty, "the layout's parts overlap")
    return CoreLayout(.apart, target: target, draft: draft)
  }

  public static func shared(_ cpus: CPUSet) -> CoreLayout { CoreLayout(.shared, target: cpus, draft: cpus) }

  /// Nodes whose memory is nearest to the target's CPUs: where its weights belong.
  public func targetNodes(in topology: MachineTopology) -> [Int] { topology.memoryNodes(for: target) }

  /// Nodes whose memory is nearest to the draft's CPUs; none without a draft.
  public func draftNodes(in topology: MachineTopology) -> [Int] { topology.memoryNodes(for: draft) }

  /// Physical cores on which CPUs of both models lie although the models are apart: they slow each other down there.
  public func contendedCores(in topology: MachineTopology) -> [PhysicalCore] {
    guard arrangement == .apart else { return [] }
    return topology.cores.filter {
      !$0.cpus.intersection(target).isEmpty && !$0.cpus.intersection(draft).isEmpty
    }
  }
}

extension CoreLayout: CustomStringConvertible {
  /// As it is written on the command line, such as `target=0-6,draft=7`.
  public var description: String {
    switch arrangement {
    case .targetAlone: "target=\(target)"
    case .apart: "target=\(target),draft=\(draft)"
    case .shared: "shared=\(target)"
    }
  }
}

/// When the models that a layout is for compute.
public enum LayoutUse: Hashable, Sendable, CaseIterable {
  /// There is only a target.
  case targetAlone
  /// One waits while the other writes.
  case inTurn
  /// Both at once, if the layout lets them.
  case together
}

/// A layout, and why it is a sensible one.
public struct LayoutCandidate: Hashable, Sendable {
  public let layout: CoreLayout
  /// One line for people, without a full stop.
  public let reason: String

  public init(_ layout: CoreLayout, reason: String) {
    (self.layout, self.reason) = (layout, reason)
  }
}
