import TensorTypes

extension KernelElement {
  /// The kernels' name for a file's element type; nil when no kernel runs it.
  public init?(_ type: ElementType) {
    guard let element = Self.allCases.first(where: { $0.elementType == type }) else { return nil }
    self = element
  }

  /// The file's name for this type.
  public var elementType: ElementType {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    case .q8_0: .q8_0
    case .q4_0: .q4_0
    case .q4_1: .q4_1
    case .q5_0: .q5_0
    case .q5_1: .q5_1
    case .q2_k: .q2_k
    case .q3_k: .q3_k
    case .q4_k: .q4_k
    case .q5_k: .q5_k
    case .q6_k: .q6_k
    case .iq4_nl: .iq4_nl
    case .iq4_xs: .iq4_xs
    }
  }
}
