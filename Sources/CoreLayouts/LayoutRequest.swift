import Topology

/// A layout as it was asked for, read but not yet held against a machine.
///
///     auto
///     target=0-7,draft=8-9
///     target=node0+node2,draft=node1
///     shared=0-15
public struct LayoutRequest: Hashable, Sendable {
  enum Form: Hashable, Sendable {
    case automatic
    case apart(target: CPUGroup, draft: CPUGroup?)
    case shared(CPUGroup)
  }

  /// What was read.
  public let text: String
  let form: Form

  /// Let the program choose.
  public static let automatic = LayoutRequest(text: "auto", form: .automatic)

  public var isAutomatic: Bool { form == .automatic }

  private init(text: String, form: Form) {
    (self.text, self.form) = (text, form)
  }

  /// Reads a layout.
  /// - Throws: What was expected, and where.
  public init(parsing text: String) throws(LayoutError) {
    var parser = LayoutParser(text)
    self.init(text: text, form: try parser.parse())
  }
}

/// CPUs that one model shall have, as they were named.
struct CPUGroup: Hashable, Sendable {
  struct Item: Hashable, Sendable {
    enum Name: Hashable, Sendable {
      case cpus(ClosedRange<Int>)
      case node(Int)
    }

    let name: Name
    /// Characters of the request.
    let place: Range<Int>
  }

  /// At least one.
  var items: [Item]

  /// Characters of the request, from the first item to the last.
  var place: Range<Int> { items[0].place.lowerBound..<items[items.count - 1].place.upperBound }

  /// Whether all CPUs are named one by one, so that each gets a thread.
  var isExact: Bool {
    items.allSatisfy {
      if case .cpus = $0.name { true } else { false }
    }
  }
}
