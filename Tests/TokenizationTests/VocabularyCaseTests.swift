import Foundation
import GGUF
import SystemPackage
import TensorTypes
import TestSupport
import Testing
import Tokenization

@Suite("Published cases")
struct VocabularyCaseTests {
  @Test("Every published case gives the published tokens", arguments: ReducedVocabulary.names)
  func reducedVocabulary(name: String) throws {
    let vocabulary = try ReducedVocabulary(named: name)
    let tokenizer = try vocabulary.tokenizer()
    #expect(vocabulary.cases.count > 40)
    for item in vocabulary.cases {
      let ids = tokenizer.encode(item.text, addSpecial: false, parseSpecial: false)
      #expect(ids == item.ids, "\(item.text.debugDescription)")
    }
  }

  @Test("The default model's vocabulary gives SentencePiece's tokens")
  func sentencePiece() throws {
    struct Cases: Decodable { let cases: [EncodingCase] }
    let cases = try JSONDecoder().decode(Cases.self, from: Fixture.data("pycode-sentencepiece.json")).cases
    let tokenizer = try loadTokenizer(from: GGUFFile(path: ModelFile.target))
    #expect(cases.count > 300)
    for item in cases {
      let ids = tokenizer.encode(item.text, addSpecial: false, parseSpecial: false)
      #expect(ids == item.ids, "\(item.text.debugDescription)")
    }
  }

  @Test("The default target and draft share a vocabulary")
  func samePair() throws {
    let target = try loadTokenizer(from: GGUFFile(path: ModelFile.target)).vocabulary
    let draft = try loadTokenizer(from: GGUFFile(path: ModelFile.draft)).vocabulary
    #expect(target.isCompatible(with: draft))
    #expect(target.count == 4096)
    #expect((target.bos, target.eos, target.unknown) == (1, 2, 0))
    #expect(target.addBOS && !target.addEOS && target.addSpacePrefix)
  }

  @Test(
    "Whole vocabulary files give the tokens in the .out files beside them",
    .enabled(
      if: FullVocabularies.folder != nil, "set NACRE_TOKENIZER_VECTORS to a folder of NAME.gguf{,.inp,.out}"),
    arguments: FullVocabularies.names)
  func fullVocabulary(name: String) throws {
    let path = try #require(FullVocabularies.folder) + "/" + name
    let tokenizer = try loadTokenizer(from: GGUFFile(path: FilePath(path)))
    let texts = try FullVocabularies.texts(path + ".inp")
    let lines = try String(contentsOfFile: path + ".out", encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count >= texts.count)
    for (text, line) in zip(texts, lines) {
      let expected = line.split(separator: " ").compactMap { TokenID($0) }
      let ids = tokenizer.encode(text, addSpecial: false, parseSpecial: false)
      #expect(ids == expected, "\(text.debugDescription)")
    }
  }
}

enum ModelFile {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Models")

  static let target = FilePath(folder.appending(path: "pycode-7m-q8_0.gguf").path)
  static let draft = FilePath(folder.appending(path: "pycode-1m-q8_0.gguf").path)
}

enum FullVocabularies {
  static let folder = ProcessInfo.processInfo.environment["NACRE_TOKENIZER_VECTORS"]

  /// The GGUF files that have cases beside them.
  static let names: [String] = {
    guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      return []
    }
    return names.filter {
      $0.hasSuffix(".gguf") && names.contains($0 + ".inp") && names.contains($0 + ".out")
    }
    .sorted()
  }()

  static func texts(_ path: String) throws -> [String] {
    let separator = Array("\n__ggml_vocab_test__\n".utf8)
    return try Array(Data(contentsOf: URL(filePath: path))).split(
      separator: separator, omittingEmptySubsequences: false
    )
    .map { String(decoding: $0, as: UTF8.self) }
  }
}
