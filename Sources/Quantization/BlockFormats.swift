import TensorTypes

/// Every block format there is a definition of.
public enum BlockFormats {
  public static let all: [any BlockFormat.Type] = [
    F32.self, F16.self, BF16.self,
    Q8_0.self, Q4_0.self, Q4_1.self, Q5_0.self, Q5_1.self,
    Q2_K.self, Q3_K.self, Q4_K.self, Q5_K.self, Q6_K.self,
    IQ4_NL.self, IQ4_XS.self,
  ]

  /// The format of an element type, or nil when this module cannot decode it.
  public static func format(for type: ElementType) -> (any BlockFormat.Type)? {
    all.first { $0.elementType == type }
  }

  /// The format of an element type, or nil when this module cannot write it.
  public static func writableFormat(for type: ElementType) -> (any WritableBlockFormat.Type)? {
    format(for: type) as? any WritableBlockFormat.Type
  }
}
