import TensorTypes
import Testing

@testable import Tokenization

@Suite("Text that a vocabulary cannot express")
struct FallbackTests {
  private static func sentencePiece(_ tokens: [String], unknown: Int?) throws -> SentencePieceTokenizer {
    var roles: [SpecialToken: Int] = [:]
    roles[.unknown] = unknown
    return SentencePieceTokenizer(
      try Vocabulary(
        file: "test", tokens: tokens, scores: Array(repeating: 0, count: tokens.count), specialTokens: roles))
  }

  @Test("A character that is no token becomes its bytes")
  func bytes() throws {
    let tokenizer = try Self.sentencePiece(["a", "<0xC3>", "<0xA9>"], unknown: nil)
    let ids = tokenizer.encode("aé", addSpecial: false, parseSpecial: false)
    #expect(ids == [0, 1, 2])
  }

  @Test("Without all its byte tokens it becomes the unknown token, once; without that, nothing")
  func unknown() throws {
    let known = try Self.sentencePiece(["?", "a", "<0xC3>"], unknown: 0)
    #expect(known.encode("éa", addSpecial: false, parseSpecial: false) == [0, 1])
    let none = try Self.sentencePiece(["?", "a"], unknown: nil)
    #expect(none.encode("éa", addSpecial: false, parseSpecial: false) == [1])
  }

  @Test("A merge to a text that is no token falls back to its bytes, and merges further on still see it")
  func mergedNonToken() throws {
    let vocabulary = try Vocabulary(
      file: "test", tokens: ["a", "b", "c", "abc", "?"], specialTokens: [.unknown: 4])
    let preTokenizer = try #require(PreTokenizer(named: "gpt-2"))
    let tokenizer = try BytePairTokenizer(
      vocabulary, merges: ["a b", "ab c"], preTokenizer: preTokenizer, file: "test")
    #expect(tokenizer.encode("abc", addSpecial: false, parseSpecial: false) == [3])
    #expect(tokenizer.encode("abab", addSpecial: false, parseSpecial: false) == [0, 1, 0, 1])
    #expect(tokenizer.encode("az", addSpecial: false, parseSpecial: false) == [0, 4])
  }

  @Test("Characters outside the byte-level alphabet decode to themselves")
  func foreignCharacters() throws {
    let vocabulary = try Vocabulary(file: "test", tokens: ["日", "Ġa", "Ã©"])
    let preTokenizer = try #require(PreTokenizer(named: "gpt-2"))
    let tokenizer = try BytePairTokenizer(vocabulary, merges: [], preTokenizer: preTokenizer, file: "test")
    #expect(tokenizer.decode([0, 1, 2] as [TokenID]) == "日 aé")
  }
}
