import Foundation
import GGUF
import TensorTypes

/// What `nacre inspect` reports of a valid model.
struct ModelReport: Encodable {
  struct Tensor: Encodable {
    let name: String
    let type: String
    /// Innermost first.
    let shape: [Int]
    let bytes: Int
    /// In its file, from the file's start.
    let offset: Int
    /// Index in `files`.
    let part: Int
  }

  struct Totals: Encodable {
    let tensors: Int
    let parameters: Int
    /// Of the tensors' data, without metadata and padding.
    let bytes: Int
    /// Missing when there are no tensors.
    let bitsPerWeight: Double?
    /// Largest first.
    let types: [TypeTotal]
  }

  let file: String
  let files: [String]
  let fileBytes: Int
  let version: UInt32
  /// In the order of the file; not encoded.
  let metadataKeys: [String]
  let metadata: [String: MetadataSummary]
  let tensors: [Tensor]
  let totals: Totals
  let problems: [String]

  enum CodingKeys: CodingKey {
    case file, files, fileBytes, version, metadata, tensors, totals, problems
  }

  init(_ model: GGUFFile) {
    file = model.path.string
    files = model.paths.map(\.string)
    fileBytes = model.byteCount
    version = model.version
    metadataKeys = model.metadata.keys
    metadata = Dictionary(uniqueKeysWithValues: model.metadata.map { ($0.key, MetadataSummary($0.value)) })
    tensors = model.tensors.map(Tensor.init)
    totals = Totals(model.tensors)
    problems = model.problems
  }
}

/// What `nacre inspect --json` reports of a file that is not a valid model.
struct InvalidFileReport: Encodable {
  let file: String
  let problems: [String]

  init(_ error: GGUFError) {
    file = error.path.string
    problems = [error.problem.description]
  }
}

extension Encodable {
  /// JSON with sorted keys; numbers that JSON cannot write become strings.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension ModelReport.Tensor {
  fileprivate init(_ tensor: TensorInfo) {
    name = tensor.name
    type = tensor.typeName
    shape = tensor.shape.dimensions
    bytes = tensor.byteCount
    offset = tensor.offset
    part = tensor.part
  }
}

extension ModelReport.Totals {
  fileprivate init(_ tensors: [TensorInfo]) {
    types = TypeTotal.totals(
      tensors.map { ($0.typeName, parameters: $0.shape.elementCount, bytes: $0.byteCount) }
    ).sorted { ($1.bytes, $0.type) < ($0.bytes, $1.type) }
    self.tensors = tensors.count
    parameters = types.reduce(0) { $0 + $1.parameters }
    bytes = types.reduce(0) { $0 + $1.bytes }
    bitsPerWeight = parameters == 0 ? nil : Double(bytes) * 8 / Double(parameters)
  }
}
