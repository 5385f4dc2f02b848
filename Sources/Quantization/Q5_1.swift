import TensorTypes

/// 32 elements as a half-precision scale d and minimum m and 32 five-bit codes: element = d · code + m.
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–3 | m |
/// | 4–7 | bit i of the 32: the highest bit of the code of element i |
/// | 8–23 | byte 8 + i: the low four bits of element i in its low half, of element i + 16 in its high half |
public enum Q5_1: AsymmetricBlockFormat {
  public static let elementType = ElementType.q5_1
  static var largestCode: Int { 31 }
  static var codes: CodesOf32 { CodesOf32(lowBits: 8, fifthBits: 4) }
}
