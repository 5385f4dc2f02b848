import GGUF
import Quantization
import SystemPackage

/// The importance matrix of a conversion, fitted to its tensors.
struct TensorImportance: Sendable {
  private let matrix: ImportanceMatrix?
  private let path: FilePath
  /// Tensors that are written with it.
  private let names: Set<String>

  /// Checks that sizes fit. A tensor without entry is written as without a matrix.
  /// - Throws: `wrongImportanceSize`, or `importanceOfNothing`.
  init(
    _ importance: (matrix: ImportanceMatrix, path: FilePath)?, _ tensors: [ConversionPlan.Tensor]
  ) throws(ConversionError) {
    matrix = importance?.matrix
    path = importance?.path ?? ""
    var names = Set<String>()
    for tensor in tensors {
      guard let entry = matrix?.entries[tensor.name], tensor.type != tensor.sourceType,
        BlockFormats.writableFormat(for: tensor.type) is any WeightedBlockFormat.Type
      else { continue }
      let dimensions = tensor.shape.dimensions
      let expected = dimensions.indices.contains(2) ? dimensions[0] * dimensions[2] : dimensions[0]
      guard entry.squareSums.count == expected else {
        throw ConversionError(
          path,
          .wrongImportanceSize(tensor: tensor.name, expected: expected, found: entry.squareSums.count))
      }
      names.insert(tensor.name)
    }
    self.names = names
    if let matrix, names.isEmpty {
      throw ConversionError(path, .importanceOfNothing(entryCount: matrix.entries.count))
    }
  }

  /// Mean squares for each column of each matrix of a tensor, or nil.
  func meanSquares(of name: String) -> [Float]? {
    names.contains(name) ? matrix?.entries[name]?.meanSquares : nil
  }

  /// Says in the output's metadata, under llama.cpp's keys, what it was made with.
  func describe(in metadata: inout GGUFMetadata) {
    guard let matrix else { return }
    metadata.set("quantize.imatrix.file", .string(path.lastComponent?.string ?? ""))
    if let dataset = matrix.datasets.first { metadata.set("quantize.imatrix.dataset", .string(dataset)) }
    metadata.set("quantize.imatrix.entries_count", .uint32(UInt32(clamping: matrix.entries.count)))
    if let count = matrix.chunkCount {
      metadata.set("quantize.imatrix.chunks_count", .uint32(UInt32(clamping: count)))
    }
  }
}
