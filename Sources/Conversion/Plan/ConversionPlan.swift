import GGUF
import Quantization
import SystemPackage
import TensorTypes

/// What a conversion will write, tensor by tensor, decided before the first byte is.
public struct ConversionPlan: Sendable {
  /// One tensor of the output.
  public struct Tensor: Sendable, Equatable {
    public let name: String
    /// Innermost dimension first.
    public let shape: Shape
    public let sourceType: ElementType
    public let type: ElementType
    public let layout: TensorLayout
    /// Size in the output.
    public let byteCount: Int
    /// Which file of the output holds it, from 0.
    public var part: Int
  }

  /// Where a matrix in the x16 layout begins is a multiple of this.
  static let cacheLine: UInt32 = 64

  /// All parts are open until all are complete.
  static let mostParts = 512

  public let source: ConversionSource
  public let target: TargetType
  /// Of the matrices that are multiplied; other tensors are always rows.
  public let layout: TensorLayout
  public let tensors: [Tensor]
  public let partCount: Int
  let metadata: GGUFMetadata
  let importance: TensorImportance

  /// Chooses types and places.
  /// - Throws: `invalidRule` when a rule matches no tensor, or a type does not fit its rows.
  public init(_ source: ConversionSource, options: ConversionOptions) throws(ConversionError) {
    self.source = source
    target = options.target
    layout = options.layout
    let choice: TypeChoice
    do throws(GGUFError) {
      choice = TypeChoice(context: try MixContext(target: options.target, source: source))
    } catch { throw ConversionError(source.path, .gguf(error.problem)) }
    var tensors: [Tensor] = []
    var used = Set<Int>()
    for tensor in source.tensors {
      let type = try Self.type(of: tensor, choice, options, &used)
      guard BlockFormats.writableFormat(for: type) != nil || type == tensor.type else {
        throw ConversionError(source.path, .unwritableType(type))
      }
      let layout = choice.context.isMultiplied(tensor.name, tensor.shape) ? options.layout : .rows
      guard tensor.shape.columnCount.isMultiple(of: type.blockElementCount),
        let bytes = layout.byteCount(of: type, tensor.shape)
      else {
        throw ConversionError(
          source.path,
          .gguf(
            .partialBlock(
              tensor: tensor.name, columnCount: tensor.shape.columnCount,
              blockElementCount: type.blockElementCount)))
      }
      tensors.append(
        Tensor(
          name: tensor.name, shape: tensor.shape, sourceType: tensor.type, type: type,
          layout: layout, byteCount: bytes, part: 0))
    }
    if let unused = options.rules.indices.first(where: { !used.contains($0) }) {
      let rule = options.rules[unused]
      throw ConversionError(
        source.path, .invalidRule("\(rule.pattern)=\(rule.type)", reason: "it decides about no tensor"))
    }
    partCount = Self.place(&tensors, largestPart: options.largestPart)
    guard partCount <= Self.mostParts else {
      throw ConversionError(source.path, .tooManyParts(partCount, limit: Self.mostParts))
    }
    self.tensors = tensors
    var metadata = source.metadata
    metadata.set("general.file_type", .uint32(options.target.fileType))
    metadata.set("general.quantization_version", .uint32(2))
    if layout == .x16 {
      metadata.set("general.alignment", .uint32(Self.cacheLine))
      metadata.set("nacre.tensor_layout", .string("x16"))
    }
    importance = try TensorImportance(options.importance, tensors)
    importance.describe(in: &metadata)
    self.metadata = metadata
  }

  private static func type(
    of tensor: SourceTensor, _ choice: TypeChoice, _ options: ConversionOptions, _ used: inout Set<Int>
  ) throws(ConversionError) -> ElementType {
    guard TypeChoice.isQuantizable(tensor.name, tensor.shape) else { return .f32 }
    for (index, rule) in options.rules.enumerated() where rule.matches(tensor.name) {
      used.insert(index)
      guard tensor.shape.columnCount.isMultiple(of: rule.type.blockElementCount) else {
        let reason =
          "a row of \(tensor.name) has \(tensor.shape.columnCount) elements, a block \(rule.type.blockElementCount)"
        throw ConversionError("", .invalidRule("\(rule.pattern)=\(rule.type)", reason: reason))
      }
      return rule.type
    }
    let isOutput =
      tensor.name == "output.weight" || (tensor.name == "token_embd.weight" && !choice.context.hasOutput)
    if isOutput, let type = options.outputType {
      return TypeChoice.fitting(type, columnCount: tensor.shape.columnCount)
    }
    return choice.type(of: tensor.name, shape: tensor.shape)
  }

  /// Fills parts in order; a tensor larger than a part gets one of its own.
  private static func place(_ tensors: inout [Tensor], largestPart: Int?) -> Int {
    guard let largestPart else { return 1 }
    var (part, size) = (0, 0)
    for index in tensors.indices {
      if size > 0, tensors[index].byteCount > largestPart - size { (part, size) = (part + 1, 0) }
      tensors[index].part = part
      size += tensors[index].byteCount
    }
    return part + 1
  }
}

extension ConversionPlan {
  /// Size of all tensors in the output, in bytes.
  public var byteCount: Int { tensors.reduce(0) { $0 + $1.byteCount } }

  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.shape.elementCount } }

  public var bitsPerWeight: Double {
    parameterCount == 0 ? 0 : 8 * Double(byteCount) / Double(parameterCount)
  }

  /// Bytes of source weights that the conversion reads.
  public var sourceByteCount: Int { source.tensors.reduce(0) { $0 + $1.rowBytes * $1.shape.rowCount } }
}
