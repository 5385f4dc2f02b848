import GGUF
import Quantization
import SystemPackage
import TensorTypes

/// A standard GGUF file of any shape with random weights: for measuring cost where no checkpoint is at hand.
///
/// Weights are drawn with a spread of 1/√columns, so that activations keep a sensible size; norms are 1, biases 0.
public struct SyntheticModel {
  private let shape: ModelShape
  private let metadata: GGUFMetadata
  private let tensors: [GGUFTensor]
  private let seed: UInt64

  /// Why no such model can be made.
  public enum Problem: Error, Equatable, CustomStringConvertible {
    case unwritableType(String, known: [String])
    case columnsNotDivisible(tensor: String, columns: Int, block: Int)

    public var description: String {
      switch self {
      case .unwritableType(let name, let known):
        "type \(name) cannot be written; these can: \(known.joined(separator: ", "))"
      case .columnsNotDivisible(let tensor, let columns, let block):
        "tensor '\(tensor)' has \(columns) columns, which is no multiple of the type's block of \(block)"
      }
    }
  }

  /// - Parameters:
  ///   - type: The type of a matrix.
  ///   - tokenizer: A file whose vocabulary is taken, padded with unused tokens or cut to the shape's.
  ///   - contextLength: Stated in the metadata.
  public init(
    shape: ModelShape, type: (_ name: String, _ shape: Shape) -> ElementType, tokenizer: GGUFFile,
    contextLength: Int, seed: UInt64
  ) throws(Problem) {
    self.shape = shape
    self.seed = seed
    metadata = syntheticMetadata(shape: shape, tokenizer: tokenizer.metadata, contextLength: contextLength)
    tensors = syntheticTensors(shape, type)
    try Self.check(tensors)
  }

  /// Throws unless all tensors can be written.
  static func check(_ tensors: [GGUFTensor]) throws(Problem) {
    for tensor in tensors {
      guard BlockFormats.writableFormat(for: tensor.type) != nil else {
        let known = ElementType.allCases.filter { BlockFormats.writableFormat(for: $0) != nil }.map(\.name)
        throw .unwritableType(tensor.type.name, known: known)
      }
      guard tensor.dimensions[0].isMultiple(of: tensor.type.blockElementCount) else {
        throw .columnsNotDivisible(
          tensor: tensor.name, columns: tensor.dimensions[0], block: tensor.type.blockElementCount)
      }
    }
  }

  /// Writes the file.
  /// - Parameter progress: Called now and then with the fraction done, 0...1.
  public func write(to path: FilePath, progress: (Double) -> Void = { _ in }) throws(GGUFError) {
    let writer = try GGUFWriter(path: path, metadata: metadata, tensors: tensors)
    var pools = BlockPools(seed: seed)
    for (index, tensor) in tensors.enumerated() {
      progress(Double(index) / Double(tensors.count))
      if tensor.dimensions.count == 1 {
        let value: Float = tensor.name.hasSuffix(".bias") ? 0 : 1
        try writer.append(F32.quantize([Float](repeating: value, count: tensor.dimensions[0])))
      } else {
        let pool = pools.pool(tensor.type, columnCount: tensor.dimensions[0])
        var rows = RandomRows(pool, seed: seed &+ UInt64(index) &* 0x9e37_79b9)
        for _ in 0..<tensor.dimensions[1] { try writer.append(rows.next()) }
      }
    }
    try writer.finish()
    progress(1)
  }
}
