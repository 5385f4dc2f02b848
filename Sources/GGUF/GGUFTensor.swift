import TensorTypes

/// A tensor to be written: its name and form.
public struct GGUFTensor: Equatable, Sendable {
  public let name: String
  public let dimensions: [Int]
  public let type: ElementType
  public let layout: TensorLayout

  /// - Parameter dimensions: Innermost first.
  public init(name: String, dimensions: [Int], type: ElementType, layout: TensorLayout = .rows) {
    self.name = name
    self.dimensions = dimensions
    self.type = type
    self.layout = layout
  }
}
