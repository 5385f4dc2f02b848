import TensorTypes

/// Every block format there is a definition of.
public enum BlockFormats {
  public static let all: [any BlockFormat.Type] = [F32.self, F16.self, BF16.self, Q8_0.self, Q4_0.self]

  /// The format of an element type, or nil when this module cannot decode it.
  public static func format(for type: ElementType) -> (any BlockFormat.Type)? {
    all.first { $0.elementType == type }
  }

  /// The format of an element type, or nil when this module cannot write it.
  public static func writableFormat(for type: ElementType) -> (any WritableBlockFormat.Type)? {
    format(for: type) as? any WritableBlockFormat.Type
  }
}
