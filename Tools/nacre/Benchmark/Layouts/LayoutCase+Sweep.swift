import ArgumentParser
import CoreLayouts
import Topology

extension LayoutCase {
  /// All that makes sense on some layouts: the target alone where there is no draft; models in turn where both have the
  /// same CPUs; in turn and together where each has its own.
  /// - Parameter modes: Those that are wanted.
  static func cases(on layouts: [CoreLayout], modes: Set<ModeName>, draftLengths: [Int]) -> [LayoutCase] {
    layouts.flatMap { layout -> [LayoutCase] in
      let sensible: [ModeName] =
        switch layout.arrangement {
        case .targetAlone: [.ar]
        case .shared: [.sd]
        case .apart: [.sd, .pearl]
        }
      return sensible.filter(modes.contains).flatMap { mode in
        let lengths: [Int?] = mode == .ar ? [nil] : draftLengths
        return lengths.map { LayoutCase(layout: layout.description, mode: mode, draftLength: $0) }
      }
    }
  }

  /// The layouts that were asked for, or all that can be the fastest on this machine.
  /// - Parameter texts: As on the command line; empty: the sensible ones.
  /// - Throws: `ValidationError` for what this machine does not have.
  static func layouts(_ texts: [String], on topology: MachineTopology) throws -> [CoreLayout] {
    let layouts =
      texts.isEmpty
      ? [LayoutUse.targetAlone, .inTurn, .together].flatMap {
        topology.sensibleLayouts(for: $0).map(\.layout)
      }
      : try texts.map { try layout($0, on: topology) }
    var seen: Set<CoreLayout> = []
    return layouts.filter { seen.insert($0).inserted }
  }

  private static func layout(_ text: String, on topology: MachineTopology) throws -> CoreLayout {
    do {
      let request = try LayoutRequest(parsing: text)
      do {
        return try request.resolve(on: topology, for: .together).layout
      } catch  where error.problem == .noDraft {
        return try request.resolve(on: topology, for: .targetAlone).layout
      }
    } catch {
      throw ValidationError("--layout: \(error)")
    }
  }
}
