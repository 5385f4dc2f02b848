import TestSupport

extension SeededGenerator {
  /// Text of words, digits, spaces, line breaks, odd and random scalars; without U+2581, which is a space to SPM.
  mutating func text(maximumPartCount: Int) -> String {
    let parts = [
      "the", "I'm", "THEY'LL", "def", "__init__", "12345", "3.14", " ", "  ", "\n", "\r\n", "\t", "é",
      "e\u{301}",
      "日本", "한국", "हिन्दी", "👨‍👩‍👧", "🏳️‍🌈", "\u{0}", "\u{85}", "\u{A0}", "\u{3000}", "\u{FEFF}", "\u{FFFD}",
      "\u{10FFFF}", "½", "٣", "{", "}}", "'", "\"", "!!!", "<s>", "</s>", "<0x0A>", "<|endoftext|>", "ﬁ", "ǅ",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 0...maximumPartCount, using: &self) {
      if Bool.random(using: &self), let part = parts.randomElement(using: &self) {
        text += part
      } else if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x20000, using: &self)), scalar != "▁" {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
