import TensorTypes

extension KernelElement {
  /// The kernels' name for a file's element type; nil when no kernel runs it.
  public init?(_ type: ElementType) {
    guard let element = Self.allCases.first(where: { $0.elementType == type }) else { return nil }
    self = element
  }

  /// The file's type of the same name.
  public var elementType: ElementType { ElementType(name: "\(self)")! }
}
