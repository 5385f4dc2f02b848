import Conversion
import Foundation

/// What a conversion would write.
struct PlanReport: Encodable {
  struct Tensor: Encodable {
    let name: String
    let shape: [Int]
    let from: String
    let to: String
    let bytes: Int
    let part: Int
  }

  let source: String
  let architecture: String
  let type: String
  let parameters: Int
  let sourceBytes: Int
  let bytes: Int
  let bitsPerWeight: Double
  let memoryBytes: Int
  let parts: Int
  var notes: [String]
  let types: [TypeTotal]
  let tensors: [Tensor]

  init(_ plan: ConversionPlan, memoryBytes: Int) {
    source = plan.source.path.string
    architecture = plan.source.architecture
    type = plan.target.rawValue
    parameters = plan.parameterCount
    sourceBytes = plan.sourceByteCount
    bytes = plan.byteCount
    bitsPerWeight = plan.bitsPerWeight
    self.memoryBytes = memoryBytes
    parts = plan.partCount
    notes = plan.source.notes
    tensors = plan.tensors.map {
      Tensor(
        name: $0.name, shape: $0.shape.dimensions, from: $0.sourceType.name,
        to: $0.layout == .rows ? $0.type.name : "\($0.type) x16",
        bytes: $0.byteCount, part: $0.part + 1)
    }
    types = TypeTotal.totals(
      plan.tensors.map { ($0.type.name, parameters: $0.shape.elementCount, bytes: $0.byteCount) })
  }

  /// - Parameter isFull: Whether every tensor is listed.
  func text(isFull: Bool) -> String {
    var lines = [
      "\(source.printable()): \(architecture), \(parameters) parameters, \(ModelReport.size(sourceBytes))",
      String(
        format: "as %@: %@, %.2f bits per weight, %d %@; needs at most %@ of memory", type,
        ModelReport.size(bytes), bitsPerWeight, parts, parts == 1 ? "file" : "files",
        ModelReport.size(memoryBytes)),
    ]
    lines += notes.map { "note: \($0.printable())" }
    if isFull {
      let rows = tensors.map { tensor in
        [
          tensor.name.printable(), "\(tensor.shape)", tensor.from, "→ " + tensor.to,
          ModelReport.size(tensor.bytes),
        ]
          + (parts > 1 ? ["part \(tensor.part)"] : [])
      }
      lines += [""] + ModelReport.table(rows)
    }
    lines += [""] + TypeTotal.table(types)
    return lines.joined(separator: "\n")
  }
}
