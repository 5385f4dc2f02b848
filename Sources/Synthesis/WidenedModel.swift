import GGUF
import Quantization
import SystemPackage
import TensorTypes

/// A small model placed inside a bigger shape: it writes the small one's text at the big one's cost.
///
/// Columns of the residual stream, heads, hidden units and layers are added whose weights cannot matter: they meet
/// zeros, or add zeros. Norms are taken over more values, of which the new ones are zero: weights times √(d/D) and ε
/// times d/D give the same result (for the norms of heads, which share ε and keep their width, the change of ε is far
/// below the rounding of weights). With noise on the copied weights it agrees with the small one as often as wished.
public struct WidenedModel {
  private let file: GGUFFile
  private let shape: WidenedShape
  private let tensors: [WidenedTensor]
  private let metadata: GGUFMetadata
  private let noise: WeightNoise

  /// - Parameters:
  ///   - file: The small model.
  ///   - shape: Of that file.
  ///   - type: The type of a matrix. A vocabulary that is padded has embeddings of at least 8 bits.
  ///   - noise: Standard deviation of the noise on each row of the small model's matrices, over the row's root mean
  ///     square; at least 0.
  ///   - seed: Of new weights and noise. The same noise lands on the same weights in every shape.
  public init(
    _ file: GGUFFile, in shape: WidenedShape, type: (_ name: String, _ shape: Shape) -> ElementType,
    noise: Float = 0, seed: UInt64 = 1
  ) throws(WideningError) {
    precondition(noise >= 0 && noise.isFinite, "noise of \(noise)")
    self.file = file
    self.shape = shape
    self.noise = WeightNoise(amount: noise, seed: seed)
    tensors = shape.tensors(of: file, type)
    metadata = widenedMetadata(shape, of: file, noise: noise)
    do throws(WideningProblem) { try check() } catch { throw WideningError(path: file.path, problem: error) }
  }

  /// Number of weights.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.tensor.dimensions.reduce(1, *) } }

  /// Bytes of all tensors.
  public var byteCount: Int {
    tensors.reduce(0) { sum, tensor in
      let (dimensions, type) = (tensor.tensor.dimensions, tensor.tensor.type)
      return sum + dimensions.reduce(1, *) / type.blockElementCount * type.blockByteCount
    }
  }

  /// Writes the file, row by row.
  /// - Parameter progress: Called now and then with the fraction done, 0...1.
  public func write(to path: FilePath, progress: (Double) -> Void = { _ in }) throws(GGUFError) {
    let writer = try GGUFWriter(path: path, metadata: metadata, tensors: tensors.map(\.tensor))
    var pools = BlockPools(seed: noise.seed)
    for (index, tensor) in tensors.enumerated() {
      progress(Double(index) / Double(tensors.count))
      guard case .matrix(let filling) = tensor.role.content else {
        try writer.append(F32.quantize(vector(tensor)))
        continue
      }
      let (type, columns) = (tensor.tensor.type, shape.placement(tensor.role.columns))
      let random = RandomRows(
        pools.pool(type, columnCount: columns.count), seed: noise.seed &+ UInt64(index) &* 0x9e37_79b9)
      let rows = WidenedRows(
        type, columns: columns, source: tensor.source.map { SourceRows(file, $0, noise: noise) },
        filling: filling, random: random)
      try write(rows, of: tensor, to: writer)
    }
    try writer.finish()
    progress(1)
  }

  private func write(
    _ rows: WidenedRows, of tensor: WidenedTensor, to writer: GGUFWriter
  ) throws(GGUFError) {
    var rows = rows
    let placement = shape.placement(tensor.role.rows!)
    let end = shape.paddingCount > 0 ? PaddingEnd(tensor.tensor) : nil
    for index in 0..<placement.count {
      let sourceRow = tensor.source == nil ? nil : placement.source(of: index)
      var row = sourceRow.map { rows.row(copying: $0) } ?? rows.newRow()
      if let end { end.replace(in: &row, isPadding: sourceRow == nil) }
      try writer.append(row)
    }
  }

  private func vector(_ tensor: WidenedTensor) -> [Float] {
    let columns = shape.placement(tensor.role.columns)
    let source = tensor.source.map { SourceRows(file, $0, noise: .none).values(0) }
    let values = (0..<columns.count).map { column in
      columns.source(of: column).map { index in source?[index] ?? tensor.role.content.newVectorValue } ?? 0
    }
    guard case .norm = tensor.role.content else { return values }
    let scale = (Float(shape.source.embeddingLength) / Float(shape.embeddingLength)).squareRoot()
    var norm = values.map { $0 * scale }
    if shape.paddingCount > 0, tensor.tensor.name == "output_norm.weight" {
      norm[norm.count - 1] = PaddingChannel.norm(normScale: scale)
    }
    return norm
  }

  private func check() throws(WideningProblem) {
    for tensor in tensors {
      guard let source = tensor.source else { continue }
      guard source.layout == .rows, BlockFormats.format(for: source.type) != nil else {
        throw .unreadableType(tensor: source.name, type: source.typeName)
      }
    }
    do throws(SyntheticModel.Problem) { try SyntheticModel.check(tensors.map(\.tensor)) } catch {
      throw .result(error)
    }
    guard shape.paddingCount > 0 else { return }
    for tensor in tensors where PaddingEnd(tensor.tensor) != nil {
      let width = shape.embeddingLength
      let columns = PaddingChannel.columns(width: width, type: tensor.tensor.type)
      guard columns.lowerBound >= shape.source.embeddingLength else {
        throw .noRoomForPadding(
          width: width, sourceWidth: shape.source.embeddingLength, block: columns.count)
      }
    }
  }
}

/// The blocks of the padding channel in the rows of a matrix.
private struct PaddingEnd {
  private let start: Int
  private let proper: [UInt8]
  private let padding: [UInt8]

  /// Nil for matrices without such: the channel reaches the output matrix only.
  init?(_ tensor: GGUFTensor) {
    let values: (proper: Float, padding: Float)
    switch tensor.name {
    case "token_embd.weight": values = (PaddingChannel.embedding, PaddingChannel.embedding)
    case "output.weight": values = (0, PaddingChannel.outputOfPadding)
    default: return nil
    }
    let columns = PaddingChannel.columns(width: tensor.dimensions[0], type: tensor.type)
    // The model's initializer has refused types that cannot be written.
    let format = BlockFormats.writableFormat(for: tensor.type)!
    let zeros = [Float](repeating: 0, count: columns.count - 1)
    proper = format.quantize(zeros + [values.proper])
    padding = format.quantize(zeros + [values.padding])
    start = columns.lowerBound / tensor.type.blockElementCount * tensor.type.blockByteCount
  }

  func replace(in row: inout [UInt8], isPadding: Bool) {
    row.replaceSubrange(start..., with: isPadding ? padding : proper)
  }
}

extension TensorRole.Content {
  /// What a vector of a new layer holds for the entries that are not new.
  fileprivate var newVectorValue: Float {
    switch self {
    case .bias, .matrix: 0
    case .norm, .same: 1
    }
  }
}
