extension ElementType {
  /// The name users know, such as `Q4_K`.
  public var name: String { layout.name }

  /// Number of elements in one block, at least 1. A row holds a whole number of blocks.
  public var blockElementCount: Int { layout.elements }

  /// Size of one block in bytes, at least 1.
  public var blockByteCount: Int { layout.bytes }

  /// Bits that one element takes on average.
  public var bitsPerElement: Double { Double(8 * blockByteCount) / Double(blockElementCount) }

  /// Finds a type by its name, in any case.
  public init?(name: String) {
    let wanted = name.uppercased()
    guard let found = Self.allCases.first(where: { $0.name == wanted }) else { return nil }
    self = found
  }

  /// Bytes that a row of `elementCount` elements takes; nil when it is not a whole number of blocks or overflows.
  public func byteCount(elementCount: Int) -> Int? {
    guard elementCount >= 0, elementCount.isMultiple(of: blockElementCount) else { return nil }
    let (bytes, overflow) = (elementCount / blockElementCount).multipliedReportingOverflow(by: blockByteCount)
    return overflow ? nil : bytes
  }

  private var layout: (name: String, elements: Int, bytes: Int) {
    switch self {
    case .f32: ("F32", 1, 4)
    case .f16: ("F16", 1, 2)
    case .q4_0: ("Q4_0", 32, 18)
    case .q4_1: ("Q4_1", 32, 20)
    case .q5_0: ("Q5_0", 32, 22)
    case .q5_1: ("Q5_1", 32, 24)
    case .q8_0: ("Q8_0", 32, 34)
    case .q8_1: ("Q8_1", 32, 36)
    case .q2_k: ("Q2_K", 256, 84)
    case .q3_k: ("Q3_K", 256, 110)
    case .q4_k: ("Q4_K", 256, 144)
    case .q5_k: ("Q5_K", 256, 176)
    case .q6_k: ("Q6_K", 256, 210)
    case .q8_k: ("Q8_K", 256, 292)
    case .iq2_xxs: ("IQ2_XXS", 256, 66)
    case .iq2_xs: ("IQ2_XS", 256, 74)
    case .iq3_xxs: ("IQ3_XXS", 256, 98)
    case .iq1_s: ("IQ1_S", 256, 50)
    case .iq4_nl: ("IQ4_NL", 32, 18)
    case .iq3_s: ("IQ3_S", 256, 110)
    case .iq2_s: ("IQ2_S", 256, 82)
    case .iq4_xs: ("IQ4_XS", 256, 136)
    case .i8: ("I8", 1, 1)
    case .i16: ("I16", 1, 2)
    case .i32: ("I32", 1, 4)
    case .i64: ("I64", 1, 8)
    case .f64: ("F64", 1, 8)
    case .iq1_m: ("IQ1_M", 256, 56)
    case .bf16: ("BF16", 1, 2)
    case .tq1_0: ("TQ1_0", 256, 54)
    case .tq2_0: ("TQ2_0", 256, 66)
    case .mxfp4: ("MXFP4", 32, 17)
    case .nvfp4: ("NVFP4", 64, 36)
    case .q1_0: ("Q1_0", 128, 18)
    }
  }
}

extension ElementType: CustomStringConvertible {
  public var description: String { name }
}
