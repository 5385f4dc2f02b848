import TestSupport
import Testing

@testable import Tokenization

@Suite("Pre-tokenizers")
struct PreTokenizerTests {
  private static func words(_ text: String, _ name: String) throws -> [String] {
    let bytes = Array(text.utf8)
    let preTokenizer = try #require(PreTokenizer(named: name))
    return preTokenizer.words(of: bytes, in: 0..<bytes.count).map {
      String(decoding: bytes[$0], as: UTF8.self)
    }
  }

  @Test(
    "Words end where the regular expressions say",
    arguments: [
      (
        "gpt-2", "I'm  here's 123 x²!\n\n y ",
        ["I", "'m", " ", " here", "'s", " 123", " x", "²", "!", "\n\n", " y", " "]
      ),
      ("gpt-2", "'S 'LL", ["'", "S", " '", "LL"]),
      ("llama-bpe", "I'M don'T 12345", ["I", "'M", " don", "'T", " ", "123", "45"]),
      ("llama-bpe", "a!\n\n  b  \n c   ", ["a", "!\n\n", " ", " b", "  \n", " c", "   "]),
      ("llama-bpe", "\tx\u{3000}y ٣٤٥٦", ["\tx", "\u{3000}y", " ", "٣٤٥", "٦"]),
      ("qwen2", "a12 (b)", ["a", "1", "2", " (", "b", ")"]),
      ("smollm", "ab  12", ["ab", "  ", "1", "2"]),
      ("default", "ab+12345 c", ["ab", "+", "123", "45", " c"]),
      ("default", "x `y`", ["x", " `", "y", "`"]),
      ("falcon", "x `y` 1234", ["x", " ", "`", "y", "`", " ", "123", "4"]),
      ("deepseek-coder", "a b, 我想\r\n12", ["a", " b", ",", " ", "我想", "\r", "\n", "1", "2"]),
      ("deepseek-llm", "a B! 12  ", ["a", " B", "!", " ", "12", "  "]),
      ("deepseek-llm", "я 中!  ", ["я", " ", "中", "!", "  "]),
    ])
  func words(name: String, text: String, expected: [String]) throws {
    #expect(try Self.words(text, name) == expected)
  }

  @Test("Words are the whole text, in order, whatever it is", arguments: PreTokenizer.knownNames)
  func lossless(name: String) throws {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<100 {
      let text = random.text(maximumPartCount: 20)
      let words = try Self.words(text, name)
      #expect(Array(words.joined().utf8) == Array(text.utf8))
      #expect(!words.contains(""))
    }
  }

  @Test("The letters listed by deepseek-llm are letters")
  func casedLetters() {
    for value in UInt32(0)..<0x20000 {
      guard let scalar = Unicode.Scalar(value), CasedLetters.contains(value) else { continue }
      #expect(ScalarClass(scalar) == .letter, "\(value)")
    }
    #expect(CasedLetters.contains(0x1F7D) && CasedLetters.contains(0x41) && CasedLetters.contains(0x1E943))
    #expect(!CasedLetters.contains(0x40) && !CasedLetters.contains(0x5D0) && !CasedLetters.contains(0x1E944))
  }
}
