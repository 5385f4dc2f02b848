import TensorTypes

/// 32 elements as a half-precision scale d and minimum m and 32 four-bit codes: element = d · code + m.
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–3 | m |
/// | 4–19 | byte 4 + i: the code of element i in its low half, of element i + 16 in its high half |
public enum Q4_1: AsymmetricBlockFormat {
  public static let elementType = ElementType.q4_1
  static var largestCode: Int { 15 }
  static var codes: CodesOf32 { CodesOf32(lowBits: 4) }
}
