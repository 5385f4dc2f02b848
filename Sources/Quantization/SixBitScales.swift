/// Where Q4_K and Q5_K keep the eight 6-bit scale codes and eight 6-bit minimum codes: twelve bytes from byte 4.
///
/// | bytes | low six bits | high two bits |
/// |---|---|---|
/// | 4–7 | scale codes 0–3 | bits 4–5 of scale codes 4–7 |
/// | 8–11 | minimum codes 0–3 | bits 4–5 of minimum codes 4–7 |
/// | 12–15 | low half: bits 0–3 of scale codes 4–7; high half: of minimum codes 4–7 | |
enum SixBitScales {
  static func scaleField(_ subBlock: Int) -> SplitBitField { field(subBlock, byte: 4, shift: 0) }

  static func minimumField(_ subBlock: Int) -> SplitBitField { field(subBlock, byte: 8, shift: 4) }

  /// - Parameter shift: Of the low bits of codes 4–7 in bytes 12–15.
  private static func field(_ subBlock: Int, byte: Int, shift: Int) -> SplitBitField {
    subBlock < 4
      ? SplitBitField(
        low: BitField(byte: byte + subBlock, shift: 0, width: 4),
        high: BitField(byte: byte + subBlock, shift: 4, width: 2))
      : SplitBitField(
        low: BitField(byte: 8 + subBlock, shift: shift, width: 4),
        high: BitField(byte: byte + subBlock - 4, shift: 6, width: 2))
  }
}
