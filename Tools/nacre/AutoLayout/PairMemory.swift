import Decoding
import Foundation

/// What is remembered of a pair from one program to the next.
struct PairMemory {
  /// Passes' costs on the layouts that were measured, the preferred one first.
  let layouts: CacheFile<[LayoutCosts]>
  /// How well the models of pairs agree.
  let agreements: CacheFile<PairAgreement>

  init(folder: URL) {
    layouts = CacheFile(folder: folder, name: "layouts.json", version: 11)
    agreements = CacheFile(folder: folder, name: "agreements.json", version: 1)
  }
}

/// What passes cost on a layout.
struct LayoutCosts: Codable, Equatable {
  /// As `--layout` takes it.
  var layout: String
  var costs: MeasuredCosts
}
