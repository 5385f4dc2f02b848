import Conversion
import Foundation
import Platform

/// What a conversion wrote, as it was read back.
struct ConversionResult: Encodable {
  struct File: Encodable {
    let path: String
    let bytes: Int
    let sha256: String
  }

  struct TypeTotal: Encodable {
    let type: String
    let tensors: Int
    let parameters: Int
    let bytes: Int
    /// √(Σ error² / Σ value²) against the source.
    let relativeError: Double
    let largestError: Double
    /// Values too large for the type.
    let overflows: Int
    /// Values of the source that are infinite or NaN.
    let notFinite: Int
  }

  let source: String
  let type: String
  let bitsPerWeight: Double
  let seconds: Double
  /// The most memory that the process ever had in RAM, with mapped pages.
  let peakResidentBytes: Int?
  let files: [File]
  let types: [TypeTotal]
  let notes: [String]

  init(_ plan: ConversionPlan, _ report: ConversionReport, elapsed: Duration) {
    source = plan.source.path.string
    type = plan.target.rawValue
    bitsPerWeight = plan.bitsPerWeight
    seconds = elapsed / .seconds(1)
    peakResidentBytes = ProcessMemory.peakResidentBytes
    files = report.files.map { File(path: $0.path.string, bytes: $0.byteCount, sha256: $0.sha256) }
    types = report.types.map {
      TypeTotal(
        type: $0.type.name, tensors: $0.tensorCount, parameters: $0.parameterCount, bytes: $0.byteCount,
        relativeError: $0.error.relative, largestError: $0.error.largest, overflows: $0.error.overflowCount,
        notFinite: $0.error.nonFiniteCount)
    }
    var notes = plan.source.notes
    for total in types where total.overflows > 0 {
      notes.append("\(total.overflows) values are too large for \(total.type) and became infinite or NaN")
    }
    for total in types where total.notFinite > 0 {
      notes.append("\(total.notFinite) values of the source that became \(total.type) are infinite or NaN")
    }
    notes += report.abandoned.map {
      "removed \($0.path), \(ModelReport.size($0.byteCount)) that a killed conversion had left"
    }
    self.notes = notes
  }

  var text: String {
    let rows = types.map { total in
      [
        total.type, "\(total.tensors)", "\(total.parameters)", ModelReport.size(total.bytes),
        String(format: "%.3f %%", 100 * total.relativeError), String(format: "%.3g", total.largestError),
      ]
    }
    var lines = ["read back and compared with the source:"]
    lines += ModelReport.table(
      rows, header: ["type", "tensors", "parameters", "size", "relative error", "largest error"])
    lines += notes.map { "note: \($0.printable())" }
    lines += [""]
    lines += files.map { "\($0.path.printable()): \(ModelReport.size($0.bytes)), sha256 \($0.sha256)" }
    let memory = peakResidentBytes.map { ", peak memory \(ModelReport.size($0))" } ?? ""
    lines.append(String(format: "%.1f s", seconds) + memory)
    return lines.joined(separator: "\n")
  }
}
