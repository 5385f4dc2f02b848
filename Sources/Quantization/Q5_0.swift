import TensorTypes

/// 32 elements as a half-precision scale d and 32 five-bit codes: element = d · (code - 16).
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–5 | bit i of the 32: the highest bit of the code of element i |
/// | 6–21 | byte 6 + i: the low four bits of element i in its low half, of element i + 16 in its high half |
public enum Q5_0: SymmetricBlockFormat {
  public static let elementType = ElementType.q5_0
  static var levels: ClosedRange<Int> { -16...15 }
  static var codes: CodesOf32 { CodesOf32(lowBits: 6, fifthBits: 2) }
}
