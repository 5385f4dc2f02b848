/// The spelling of a token that stands for one byte: `<0x0A>`.
public enum ByteToken {
  static func text(of byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x" + (digits.count == 1 ? "0" : "") + digits + ">"
  }

  /// The byte that a token's text stands for; nil for any other text.
  public static func value(of text: String) -> UInt8? { value(of: Array(text.utf8)[...]) }

  static func value(of text: ArraySlice<UInt8>) -> UInt8? {
    guard text.count == 6, text.starts(with: "<0x".utf8), text.last == UInt8(ascii: ">") else { return nil }
    let digits = text.dropFirst(3).dropLast()
    guard digits.first != UInt8(ascii: "+") else { return nil }
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
