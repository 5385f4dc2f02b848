import ArgumentParser
import CoreLayouts
import Foundation
import KernelDispatch
import SystemPackage
import Topology

/// `nacre topology`: the machine as Nacre sees it, and the layout that it would choose.
struct TopologyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topology",
    abstract: "Shows the machine's nodes, cores and caches, what may be used, and the layout to be chosen.",
    discussion: """
      With --layout it shows what that layout comes to on this machine. The layout is that for a target and a draft; \
      --mode ar or sd asks for that of another mode.
      """)

  @OptionGroup var cores: LayoutOptions

  @Option(help: "The mode that the layout is for.")
  var mode = ModeName.pearl

  @Flag(help: "Writes JSON.")
  var json = false

  @Option(help: ArgumentHelp("A folder with another machine's proc and sys.", visibility: .hidden))
  var root: String?

  func run() throws {
    let topology = MachineTopology.current(root: FilePath(root ?? "/"))
    let report = TopologyReport(
      topology, choice: try cores.resolve(on: topology, for: mode.use), use: mode.use,
      kernelLevel: root == nil ? (try? KernelLibrary.best())?.level.rawValue ?? "none" : nil)
    print(json ? try jsonText(report) : TopologyPicture(topology, report).text)
  }
}
