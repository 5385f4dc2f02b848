import TensorTypes

/// What a whole model is converted to: one element type, or a mix that users know by name.
// swift-format-ignore: AlwaysUseLowerCamelCase
public enum TargetType: String, CaseIterable, Sendable {
  case f32, f16, bf16, q8_0, q4_0, q4_1, q5_0, q5_1, q4_k_s, q4_k_m, q5_k_s, q5_k_m, q6_k

  /// Finds a type by its name, in any case.
  public init?(name: String) { self.init(rawValue: name.lowercased()) }

  /// The type of most matrices, after which a mix is named: `q4_k_m` is mostly `q4_k`.
  public var elementType: ElementType {
    let isMix = rawValue.hasSuffix("_s") || rawValue.hasSuffix("_m")
    return ElementType(name: isMix ? String(rawValue.dropLast(2)) : rawValue)!
  }

  /// The number of the mix in `general.file_type`.
  var fileType: UInt32 {
    switch self {
    case .f32: 0
    case .f16: 1
    case .q4_0: 2
    case .q4_1: 3
    case .q8_0: 7
    case .q5_0: 8
    case .q5_1: 9
    case .q4_k_s: 14
    case .q4_k_m: 15
    case .q5_k_s: 16
    case .q5_k_m: 17
    case .q6_k: 18
    case .bf16: 32
    }
  }

  var isQuantized: Bool { elementType.blockElementCount > 1 }
}
