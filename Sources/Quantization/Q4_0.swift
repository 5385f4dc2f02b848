import TensorTypes

/// 32 elements as a half-precision scale d and 32 four-bit codes: element = d · (code - 8).
///
/// | bytes | content |
/// |---|---|
/// | 0–1 | d |
/// | 2–17 | byte 2 + i: the code of element i in its low half, of element i + 16 in its high half |
public enum Q4_0: SymmetricBlockFormat {
  public static let elementType = ElementType.q4_0
  static var levels: ClosedRange<Int> { -8...7 }
  static var codes: CodesOf32 { CodesOf32(lowBits: 2) }
}
