import GGUF
import Testing

@testable import Tokenization

@Suite("Reading a tokenizer from metadata")
struct TokenizerLoadingTests {
  private static func sentencePiece() -> GGUFMetadata {
    [
      "tokenizer.ggml.model": .string("llama"),
      "tokenizer.ggml.tokens": .array(.strings(["<unk>", "<s>", "</s>", "▁", "a"])),
      "tokenizer.ggml.scores": .array(.float32([0, 0, 0, -1, -2])),
      "tokenizer.ggml.token_type": .array(.int32([2, 3, 3, 1, 1])),
    ]
  }

  private static func bytePair() -> GGUFMetadata {
    [
      "tokenizer.ggml.model": .string("gpt2"),
      "tokenizer.ggml.pre": .string("gpt-2"),
      "tokenizer.ggml.tokens": .array(.strings(["a", "b", "ab", "<s>"])),
      "tokenizer.ggml.token_type": .array(.int32([1, 1, 1, 3])),
      "tokenizer.ggml.merges": .array(.strings(["a b"])),
    ]
  }

  private static func error(_ metadata: GGUFMetadata) -> TokenizerError? {
    do {
      _ = try loadTokenizer(from: metadata)
      return nil
    } catch {
      return error
    }
  }

  @Test("Defaults are those of the tokenizer's kind")
  func defaults() throws {
    let sentencePiece = try loadTokenizer(from: Self.sentencePiece()).vocabulary
    #expect((sentencePiece.unknown, sentencePiece.bos, sentencePiece.eos) == (0, 1, 2))
    #expect(sentencePiece.addBOS && !sentencePiece.addEOS && sentencePiece.addSpacePrefix)
    let bytePair = try loadTokenizer(from: Self.bytePair())
    #expect((bytePair.vocabulary.bos, bytePair.vocabulary.eos) == (nil, nil))
    #expect(!bytePair.vocabulary.addBOS && !bytePair.vocabulary.addSpacePrefix)
    #expect(bytePair.encode("aab", addSpecial: true, parseSpecial: false) == [0, 2])
  }

  @Test("What the file says goes before the defaults")
  func explicit() throws {
    var metadata = Self.sentencePiece()
    metadata.set("tokenizer.ggml.add_space_prefix", .bool(false))
    metadata.set("tokenizer.ggml.add_bos_token", .bool(false))
    metadata.set("tokenizer.ggml.add_eos_token", .bool(true))
    metadata.set("tokenizer.ggml.eos_token_id", .uint8(1))
    metadata.set("tokenizer.ggml.padding_token_id", .int64(4))
    let tokenizer = try loadTokenizer(from: metadata)
    #expect(tokenizer.encode("a", addSpecial: true, parseSpecial: false) == [4, 1])
    #expect(tokenizer.vocabulary.padding == 4)
  }

  @Test("Llama 3's pre-tokenizer adds the beginning of text unless the file says no")
  func llama3BOS() throws {
    var metadata = Self.bytePair()
    metadata.set("tokenizer.ggml.pre", .string("llama-bpe"))
    metadata.set("tokenizer.ggml.bos_token_id", .uint32(3))
    #expect(try loadTokenizer(from: metadata).encode("a", addSpecial: true, parseSpecial: false) == [3, 0])
    metadata.set("tokenizer.ggml.add_bos_token", .bool(false))
    #expect(try loadTokenizer(from: metadata).encode("a", addSpecial: true, parseSpecial: false) == [0])
  }

  @Test("A missing pre-tokenizer is the default one; a missing array of types makes every token normal")
  func missingOptional() throws {
    let metadata: GGUFMetadata = [
      "tokenizer.ggml.model": .string("gpt2"),
      "tokenizer.ggml.tokens": .array(.strings(["1", "2"])),
      "tokenizer.ggml.merges": .array(.strings([])),
    ]
    let tokenizer = try loadTokenizer(from: metadata)
    #expect(tokenizer.vocabulary.types == [.normal, .normal])
    #expect(tokenizer.encode("12", addSpecial: true, parseSpecial: true) == [0, 1])
  }

  @Test(
    "Scores and types of any number type are read",
    arguments: [
      (MetadataArray.uint32([0, 0, 0, 1, 2]), MetadataArray.uint32([2, 3, 3, 1, 0])),
      (.int64([0, 0, 0, -1, -2]), .int64([2, 3, 3, 1, 5])),
      (.uint8([0, 0, 0, 1, 2]), .uint8([2, 3, 3, 1, 6])),
      (.float64([0, 0, 0, 1, 2]), .uint64([2, 3, 3, 1, 4])),
    ])
  func numberTypes(scores: MetadataArray, types: MetadataArray) throws {
    var metadata = Self.sentencePiece()
    metadata.set("tokenizer.ggml.scores", .array(scores))
    metadata.set("tokenizer.ggml.token_type", .array(types))
    let vocabulary = try loadTokenizer(from: metadata).vocabulary
    #expect(vocabulary.scores.count == 5 && vocabulary.scores[4] == vocabulary.scores[3] * 2)
    #expect(vocabulary.types[..<4] == [.unknown, .control, .control, .normal])
  }

  @Test(
    "A missing key is named",
    arguments: [
      "tokenizer.ggml.model", "tokenizer.ggml.tokens", "tokenizer.ggml.scores", "tokenizer.ggml.merges",
    ])
  func missingKey(key: String) {
    let whole = key == TokenizerKey.merges ? Self.bytePair() : Self.sentencePiece()
    var metadata: GGUFMetadata = [:]
    for (name, value) in whole where name != key { metadata.set(name, value) }
    #expect(Self.error(metadata) == .missingKey(file: "", key: key))
  }

  @Test(
    "A value of another type is refused by the reader's error",
    arguments: [
      ("tokenizer.ggml.model", MetadataValue.uint32(1)), ("tokenizer.ggml.tokens", .string("a")),
      ("tokenizer.ggml.scores", .array(.strings(["1"]))),
      ("tokenizer.ggml.token_type", .array(.float32([1]))),
      ("tokenizer.ggml.bos_token_id", .string("1")), ("tokenizer.ggml.add_bos_token", .uint8(1)),
      ("tokenizer.ggml.add_space_prefix", .float32(1)),
    ])
  func wrongType(key: String, value: MetadataValue) throws {
    var metadata = Self.sentencePiece()
    metadata.set(key, value)
    guard case .metadata(let error) = Self.error(metadata) else {
      Issue.record("no error of the reader")
      return
    }
    #expect("\(error)".contains(key))
  }

  @Test("Unknown kinds and pre-tokenizers are refused by name, with those that are known")
  func unknownNames() {
    var metadata = Self.sentencePiece()
    metadata.set("tokenizer.ggml.model", .string("bert"))
    #expect(Self.error(metadata) == .unknownModel(file: "", name: "bert", known: ["llama", "gpt2"]))
    metadata = Self.bytePair()
    metadata.set("tokenizer.ggml.pre", .string("nobody"))
    let error = Self.error(metadata)
    #expect(error == .unknownPreTokenizer(file: "", name: "nobody", known: PreTokenizer.knownNames))
    #expect("\(error.map(\.description) ?? "")".contains("qwen2"))
  }

  @Test("Arrays shorter or longer than the tokens are refused", arguments: [0, 4, 6])
  func counts(count: Int) {
    var metadata = Self.sentencePiece()
    metadata.set("tokenizer.ggml.scores", .array(.float32(Array(repeating: 0, count: count))))
    #expect(
      Self.error(metadata)
        == .countMismatch(file: "", key: "tokenizer.ggml.scores", count: count, tokenCount: 5))
    metadata = Self.sentencePiece()
    metadata.set("tokenizer.ggml.token_type", .array(.int32(Array(repeating: 1, count: count))))
    #expect(
      Self.error(metadata)
        == .countMismatch(file: "", key: "tokenizer.ggml.token_type", count: count, tokenCount: 5))
  }

  @Test("Every special id must be in the vocabulary", arguments: SpecialToken.allCases)
  func specialOutOfRange(role: SpecialToken) {
    for id in [5, -1, Int.max, Int.min] {
      var metadata = Self.sentencePiece()
      metadata.set(role.rawValue, .int64(Int64(id)))
      #expect(
        Self.error(metadata) == .specialTokenOutOfRange(file: "", key: role.rawValue, id: id, tokenCount: 5))
    }
  }

  @Test("A flag that asks for a token which the file does not name is refused")
  func flagWithoutToken() {
    var metadata = Self.bytePair()
    metadata.set("tokenizer.ggml.add_bos_token", .bool(true))
    #expect(Self.error(metadata) == .missingKey(file: "", key: "tokenizer.ggml.bos_token_id"))
  }

  @Test("Scores that are not numbers, unknown types and an empty vocabulary are refused")
  func values() {
    var metadata = Self.sentencePiece()
    metadata.set("tokenizer.ggml.scores", .array(.float32([0, 0, .nan, 0, 0])))
    #expect(Self.error(metadata) == .scoreNotANumber(file: "", key: "tokenizer.ggml.scores", index: 2))
    for value: Int32 in [7, -1, 256] {
      metadata = Self.sentencePiece()
      metadata.set("tokenizer.ggml.token_type", .array(.int32([2, 3, 3, value, 1])))
      #expect(
        Self.error(metadata)
          == .unknownTokenType(file: "", key: "tokenizer.ggml.token_type", index: 3, value: Int(value)))
    }
    metadata = Self.bytePair()
    metadata.set("tokenizer.ggml.tokens", .array(.strings([])))
    metadata.set("tokenizer.ggml.token_type", .array(.int32([])))
    #expect(Self.error(metadata) == .emptyVocabulary(file: "", key: "tokenizer.ggml.tokens"))
  }

  @Test("A merge is two texts with a space between them", arguments: ["ab", "", " ", "a ", " b"])
  func malformedMerge(merge: String) {
    var metadata = Self.bytePair()
    metadata.set("tokenizer.ggml.merges", .array(.strings(["a b", merge])))
    #expect(
      Self.error(metadata) == .malformedMerge(file: "", key: "tokenizer.ggml.merges", index: 1, text: merge))
  }

  @Test("Errors name the file")
  func fileName() {
    var metadata = GGUFMetadata(path: "some/model.gguf")
    #expect("\(Self.error(metadata).map(\.description) ?? "")".hasPrefix("some/model.gguf: "))
    metadata.set("tokenizer.ggml.model", .string("x"))
    #expect("\(Self.error(metadata).map(\.description) ?? "")".hasPrefix("some/model.gguf: "))
  }
}
