import GGUF
import TensorTypes
import TestSupport
import Testing

@testable import Tokenization

@Suite("Random vocabularies")
struct TokenizerFuzzTests {
  @Test("Any vocabulary that loads encodes and decodes any text without a trap", arguments: 0..<8)
  func encodeDecode(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var loadedCount = 0
    for _ in 0..<60 {
      let metadata = random.tokenizerMetadata()
      guard let tokenizer = try? loadTokenizer(from: metadata) else { continue }
      loadedCount += 1
      let count = tokenizer.vocabulary.count
      for _ in 0..<10 {
        let text = random.text(maximumPartCount: 12) + random.letters(0...6)
        let ids = tokenizer.encode(text, addSpecial: Bool.random(using: &random), parseSpecial: true)
        #expect(ids.allSatisfy { (0..<count).contains(Int($0)) })
        _ = tokenizer.decode(ids, showSpecial: true)
        _ = tokenizer.decode((0..<8).map { _ in TokenID.random(in: -2...TokenID(count + 1), using: &random) })
      }
    }
    #expect(loadedCount > 10)
  }

  @Test(
    "Long texts of one character take no more than a moment", arguments: ["a", " ", "\n", "'", "1", "é", "🙂"])
  func longRuns(character: Character) throws {
    let text = String(repeating: character, count: 50_000)
    for name in ReducedVocabulary.names {
      let tokenizer = try ReducedVocabulary(named: name).tokenizer()
      let clock = ContinuousClock()
      let time = clock.measure {
        #expect(!tokenizer.encode(text, addSpecial: false, parseSpecial: false).isEmpty)
      }
      #expect(time < .seconds(15), "quadratic: \(time)")
    }
  }
}

extension SeededGenerator {
  /// Metadata of a tokenizer over few letters: sometimes sensible, sometimes not.
  mutating func tokenizerMetadata() -> GGUFMetadata {
    let count = Int.random(in: 1...40, using: &self)
    let alphabet = ["a", "b", "▁", "é", "Ġ", "Ã", "©", "<0x61>", "<s>", "", " ", "\u{301}", "1", "'"]
    let tokens = (0..<count).map { _ in
      (0..<Int.random(in: 0...3, using: &self)).map { _ in alphabet.randomElement(using: &self) ?? "" }
        .joined()
    }
    let scores = tokens.map { _ -> Float in
      let choices: [Float] = [.infinity, -.infinity, 0, -0.0, .random(in: -9...9, using: &self)]
      return choices.randomElement(using: &self) ?? 0
    }
    let merges = (0..<20).map { _ in
      "\(tokens.randomElement(using: &self) ?? "") \(tokens.randomElement(using: &self) ?? "")"
    }
    var metadata: GGUFMetadata = [
      "tokenizer.ggml.model": .string(Bool.random(using: &self) ? "llama" : "gpt2"),
      "tokenizer.ggml.pre": .string(PreTokenizer.knownNames.randomElement(using: &self) ?? ""),
      "tokenizer.ggml.tokens": .array(.strings(tokens)),
      "tokenizer.ggml.token_type": .array(
        .int32(tokens.map { _ in Int32.random(in: 0...6, using: &self) })),
      "tokenizer.ggml.merges": .array(
        .strings(merges.filter { !$0.hasPrefix(" ") && !$0.hasSuffix(" ") })),
    ]
    metadata.set("tokenizer.ggml.scores", .array(.float32(scores)))
    if Bool.random(using: &self) {
      metadata.set(
        "tokenizer.ggml.bos_token_id", .uint32(UInt32.random(in: 0..<UInt32(count + 1), using: &self)))
      metadata.set("tokenizer.ggml.add_bos_token", .bool(Bool.random(using: &self)))
    }
    return metadata
  }
}
