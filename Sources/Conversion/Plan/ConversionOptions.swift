import Quantization
import SystemPackage
import TensorTypes

/// What a model shall become.
public struct ConversionOptions: Sendable {
  public var target: TargetType
  /// The first rule that matches a tensor's name wins over the mix.
  public var rules: [TensorRule] = []
  /// The type of the output matrix (of the token embedding, where that is the output), if not the mix's choice.
  public var outputType: ElementType?
  /// How the rows of matrices lie in the output.
  public var layout = TensorLayout.rows
  /// Size in bytes that no part of the output shall exceed, if its tensors allow; nil: one file.
  public var largestPart: Int?

  /// How much each column's errors count, and the file that says so; nil: all the same.
  public var importance: (matrix: ImportanceMatrix, path: FilePath)?

  public init(target: TargetType) { self.target = target }
}

extension ConversionOptions {
  /// Whether tensors can be written in this type.
  public static func isWritable(_ type: ElementType) -> Bool { BlockFormats.writableFormat(for: type) != nil }
}
