import ArgumentParser
import CoreLayouts
import Foundation
import Topology

/// Which CPUs the models run on: the same grammar in every command.
struct LayoutOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Which CPUs the models run on: auto, target=CPUS,draft=CPUS or shared=CPUS, where CPUS are such as 0-7,12 or node0 \
      (default: NACRE_LAYOUT, else auto).
      """,
      valueName: "layout"))
  var layout: String?

  @Flag(
    name: .customLong("no-layout-cache"),
    help: """
      Measures layouts and passes anew, forgets them, and how well the models agree, afterwards: nothing is read from or \
      written to the cache folder.
      """)
  var forgetsLayouts = false

  /// The variable that stands for the option where it is not given.
  static let variable = "NACRE_LAYOUT"

  func validate() throws { _ = try request() }

  /// What was asked for on the command line, else in the environment; nil: nothing.
  /// - Throws: `ValidationError` that names the source and shows the place.
  func request() throws -> LayoutRequest? {
    guard let (source, text) = source else { return nil }
    do {
      return try LayoutRequest(parsing: text)
    } catch {
      throw ValidationError("\(source): \(error)")
    }
  }

  /// The layout that was asked for, else the one that is preferred here.
  /// - Throws: `ValidationError` where this machine, or this process's share of it, does not have it.
  func resolve(on topology: MachineTopology, for use: LayoutUse) throws -> LayoutCandidate {
    do {
      return try (request() ?? .automatic).resolve(on: topology, for: use)
    } catch let error as LayoutError {
      throw ValidationError("\(source?.name ?? "layout"): \(error)")
    }
  }

  private var source: (name: String, text: String)? {
    if let layout { return ("--layout", layout) }
    let text = ProcessInfo.processInfo.environment[Self.variable] ?? ""
    return text.isEmpty ? nil : (Self.variable, text)
  }
}
