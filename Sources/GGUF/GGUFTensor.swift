import TensorTypes

/// A tensor to be written: its name and form.
public struct GGUFTensor: Equatable, Sendable {
  public let name: String
  public let dimensions: [Int]
  public let type: ElementType

  /// - Parameter dimensions: Innermost first.
  public init(name: String, dimensions: [Int], type: ElementType) {
    self.name = name
    self.dimensions = dimensions
    self.type = type
  }
}
