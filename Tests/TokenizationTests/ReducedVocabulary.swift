import Foundation
import TensorTypes
import Testing

@testable import Tokenization

/// A text and the tokens that it must become.
struct EncodingCase: Decodable {
  let text: String
  let ids: [TokenID]
}

/// A published vocabulary cut down to what its cases look up; made by Tools/fixtures/reduced_vocabulary.py.
struct ReducedVocabulary: Decodable {
  let model: String
  let preTokenizer: String
  let tokenCount: Int
  let ids: [Int]
  let tokens: [String]
  let types: [UInt8]
  let scores: [Float]
  let merges: [String]
  let cases: [EncodingCase]

  static let names = ["llama-spm", "llama-bpe", "qwen2", "deepseek-coder"]

  init(named name: String) throws {
    self = try JSONDecoder().decode(Self.self, from: try Fixture.data("\(name).json"))
  }

  /// The tokenizer, with unused tokens of unlikely texts in the place of those that were left out.
  func tokenizer() throws -> any Tokenizer {
    var texts = (0..<tokenCount).map { "\u{10FFFD}\($0)" }
    var types = Array(repeating: TokenType.unused, count: tokenCount)
    var scores = Array(repeating: Float(-1e9), count: tokenCount)
    for (position, id) in ids.enumerated() {
      texts[id] = tokens[position]
      types[id] = try #require(TokenType(rawValue: self.types[position]))
      if !self.scores.isEmpty { scores[id] = self.scores[position] }
    }
    let isSentencePiece = model == "llama"
    let vocabulary = try Vocabulary(
      file: "fixture", tokens: texts, types: types, scores: scores,
      specialTokens: isSentencePiece ? [.unknown: 0, .beginningOfText: 1, .endOfText: 2] : [:],
      addBOS: isSentencePiece, addSpacePrefix: isSentencePiece)
    if isSentencePiece { return SentencePieceTokenizer(vocabulary) }
    let preTokenizer = try #require(PreTokenizer(named: preTokenizer))
    return try BytePairTokenizer(vocabulary, merges: merges, preTokenizer: preTokenizer, file: "fixture")
  }
}

enum Fixture {
  static func data(_ name: String) throws -> Data {
    let folder = try #require(Bundle.module.resourceURL)
    return try Data(contentsOf: folder.appending(path: "Fixtures/\(name)"))
  }
}
