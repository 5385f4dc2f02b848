import TensorTypes
import Testing

@testable import Tokenization

@Suite("Special tokens")
struct SpecialTokenTests {
  /// Characters a, b and space; control <s>, </s>; user-defined [a], [a][b].
  private static func vocabulary(addEOS: Bool = false) throws -> Vocabulary {
    try Vocabulary(
      file: "test", tokens: ["<unk>", "<s>", "</s>", "a", "b", "▁", "[a]", "[a][b]", "<0x3C>", "s>", "<"],
      types: [
        .unknown, .control, .control, .normal, .normal, .normal, .userDefined, .userDefined, .byte, .normal,
        .normal,
      ],
      scores: [0, 0, 0, -1, -1, -1, 0, 0, 0, -1, -1],
      specialTokens: [.unknown: 0, .beginningOfText: 1, .endOfText: 2], addBOS: true, addEOS: addEOS,
      addSpacePrefix: true)
  }

  @Test("Texts of control tokens are these tokens only when asked")
  func control() throws {
    let tokenizer = SentencePieceTokenizer(try Self.vocabulary())
    #expect(tokenizer.encode("a<s>b", addSpecial: false, parseSpecial: true) == [5, 3, 1, 5, 4])
    // Merging "<" and "s>" must not arrive at the control token either.
    #expect(tokenizer.encode("<s>", addSpecial: false, parseSpecial: false) == [5, 10, 9])
  }

  @Test("User-defined tokens are always read, the longest first")
  func userDefined() throws {
    let tokenizer = SentencePieceTokenizer(try Self.vocabulary())
    #expect(tokenizer.encode("[a][b]a[a]", addSpecial: false, parseSpecial: false) == [7, 5, 3, 6])
  }

  @Test("Beginning and end are added where the vocabulary says so and the caller asks")
  func beginningAndEnd() throws {
    let plain = SentencePieceTokenizer(try Self.vocabulary())
    let both = SentencePieceTokenizer(try Self.vocabulary(addEOS: true))
    #expect(plain.encode("", addSpecial: true, parseSpecial: false) == [1])
    #expect(plain.encode("", addSpecial: false, parseSpecial: false) == [])
    #expect(both.encode("a", addSpecial: true, parseSpecial: false) == [1, 5, 3, 2])
  }

  @Test("Control tokens are shown only when asked")
  func shown() throws {
    let tokenizer = SentencePieceTokenizer(try Self.vocabulary())
    let ids: [TokenID] = [1, 5, 3, 0, 6, 8, 2]
    #expect(tokenizer.decode(ids) == "a[a]<")
    #expect(tokenizer.decode(ids, showSpecial: true) == "<s>a<unk>[a]<</s>")
  }

  @Test("Tokens that end a text are known by role and by text, and are control tokens whatever the file says")
  func endOfGeneration() throws {
    let vocabulary = try Vocabulary(
      file: "test", tokens: ["a", "<|im_end|>", "<|endoftext|>", "x", "<|fim_prefix|>"],
      specialTokens: [.endOfText: 3])
    #expect(vocabulary.endOfGenerationTokens == [1, 2, 3])
    #expect(vocabulary.eot == 1)
    #expect(vocabulary.id(of: .fillPrefix) == 4)
    #expect(vocabulary.types == [.normal, .control, .control, .normal, .control])
    #expect(vocabulary.isEndOfGeneration(2) && !vocabulary.isEndOfGeneration(0))
  }

  @Test("Canonically equivalent texts are different tokens")
  func equivalentTexts() throws {
    let vocabulary = try Vocabulary(file: "test", tokens: ["é", "e\u{301}"], scores: [0, 0])
    let tokenizer = SentencePieceTokenizer(vocabulary)
    #expect(vocabulary.id(ofText: "e\u{301}") == 1)
    #expect(tokenizer.encode("é", addSpecial: false, parseSpecial: false) == [0])
    #expect(tokenizer.decode([1] as [TokenID]).unicodeScalars.count == 2)
  }

  @Test("The first difference of two vocabularies is found")
  func difference() throws {
    func make(_ tokens: [String], _ types: [TokenType]? = nil) throws -> Vocabulary {
      try Vocabulary(file: "test", tokens: tokens, types: types)
    }
    let one = try make(["a", "b"])
    #expect(one.firstDifference(from: try make(["a", "b"])) == nil)
    #expect(one.firstDifference(from: try make(["a", "c"])) == .text(id: 1, "b", "c"))
    #expect(one.firstDifference(from: try make(["a", "b", "c"])) == .count(2, 3))
    #expect(
      one.firstDifference(from: try make(["a", "b"], [.control, .normal])) == .type(id: 0, .normal, .control))
    #expect(!one.isCompatible(with: try make(["ab", ""])))
  }

  @Test("Higher scores merge first, equal ones from the left")
  func scoreOrder() {
    let scores: [Float] = [.infinity, 1e9, 1, 0, -0.0, -1e-30, -5, -.infinity]
    let priorities = scores.map(SentencePieceTokenizer.priority(ofScore:))
    #expect(priorities == priorities.sorted())
    #expect(priorities[3] == priorities[4])
    #expect(Set(priorities).count == scores.count - 1)
  }
}
