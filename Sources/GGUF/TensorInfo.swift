import TensorTypes

/// One tensor of a GGUF file: its name, form and place. All of it has been checked against the file.
public struct TensorInfo: Equatable, Sendable {
  /// At most 63 bytes, unlike every other name of the model.
  public let name: String

  /// Dimensions innermost first, at most four.
  public let shape: Shape

  /// A known type, though not every type can be run. Rows hold whole blocks of it.
  public let type: ElementType

  /// How the rows lie in the data.
  public let layout: TensorLayout

  /// Size of the data in bytes.
  public let byteCount: Int

  /// Index of the file that holds the data: 0 unless the model is split.
  public let part: Int

  /// Where the data begins, in bytes from the start of that file.
  public let offset: Int
}

extension TensorInfo {
  /// The type's name, and the layout's where it is not the usual one: `Q4_K x16`.
  public var typeName: String { layout == .rows ? type.name : "\(type.name) x16" }
}
