import Foundation
import GGUF
import SystemPackage
import TensorTypes
import TestSupport
import Testing
import Tokenization

@testable import Conversion

/// Tokenizers of model families and the ids that the PyPI package `tokenizers` makes with them; see
/// `Tools/fixtures/tokenizer_folders.py`.
@Suite struct TokenizerConversionTests {
  static let byteLevel = ["llama-bpe", "qwen2", "gpt-2", "smollm", "deepseek-coder", "deepseek-llm"]
  static let sentencePiece = ["spm-normalizer", "spm-metaspace"]

  private func metadata(of folder: FilePath, notes: inout [String]) throws -> GGUFMetadata {
    var metadata = GGUFMetadata(path: folder)
    let config = try CheckpointConfig(.read(folder.appending("config.json")))
    try CheckpointVocabulary(folder: folder, config: config).write(to: &metadata, notes: &notes)
    return metadata
  }

  private func folder(_ name: String) throws -> FilePath { try Fixture.path("tokenizers/\(name)") }

  /// Encodes every case; spaces and special tokens as in the original.
  private func expectSameIDs(_ tokenizer: any Tokenizer, _ folder: FilePath) throws {
    let data = try Data(contentsOf: URL(filePath: folder.appending("ids.json").string))
    let cases = try JSONDecoder().decode([String: [TokenID]].self, from: data)
    #expect(cases.count > 25)
    for (text, ids) in cases {
      #expect(
        tokenizer.encode(text, addSpecial: false, parseSpecial: true) == ids, "\(text.debugDescription)")
    }
  }

  @Test(
    "a pre-tokenizer is recognised by what it does, and texts get the original's ids", arguments: byteLevel)
  func recognised(name: String) throws {
    let folder = try folder(name)
    var notes: [String] = []
    let metadata = try metadata(of: folder, notes: &notes)
    #expect(metadata["tokenizer.ggml.model"] == .string("gpt2"))
    #expect(metadata["tokenizer.ggml.pre"] == .string(name))
    #expect(notes.isEmpty)
    try expectSameIDs(loadTokenizer(from: metadata), folder)
  }

  @Test(
    "the same pre-tokenizer in other words is the same one",
    arguments: [
      (
        "qwen2", #""behavior":"Isolated","invert":false"#, #""behavior":"Removed","invert":true"#, "qwen2"
      ), ("llama-bpe", #""ignore_merges":true"#, #""ignore_merges":false"#, "smaug-bpe"),
      (
        "smollm", #"{"type":"Digits","individual_digits":true}"#,
        #"{"type":"Split","pattern":{"Regex":"\\p{N}"},"behavior":"Isolated","invert":false}"#, "smollm"
      ),
      (
        "gpt-2", #"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}"#,
        #"""
        {"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},
        {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}
        """#, "gpt-2"
      ),
    ])
  func synonyms(name: String, old: String, new: String, expected: String) throws {
    let directory = try TemporaryDirectory()
    let folder = try Fixture.copy("tokenizers/\(name)", to: directory)
    try Fixture.edit(folder.appending("tokenizer.json"), old, new)
    var notes: [String] = []
    #expect(try metadata(of: folder, notes: &notes)["tokenizer.ggml.pre"] == .string(expected))
  }

  @Test(
    "merges of a SentencePiece vocabulary become scores that cut texts the same way", arguments: sentencePiece
  )
  func scores(name: String) throws {
    let folder = try folder(name)
    var notes: [String] = []
    let metadata = try metadata(of: folder, notes: &notes)
    #expect(metadata["tokenizer.ggml.model"] == .string("llama"))
    #expect(metadata["tokenizer.ggml.pre"] == .string("default"))
    #expect(metadata["tokenizer.ggml.add_bos_token"] == .bool(true))
    #expect(notes.isEmpty)
    let types = try #require(try metadata.integers("tokenizer.ggml.token_type"))
    // <unk>, <s> and </s>, then the 256 bytes.
    #expect(Array(types.prefix(260)) == [3, 3, 3] + Array(repeating: 6, count: 256) + [1])
    try expectSameIDs(loadTokenizer(from: metadata), folder)
  }

  @Test("with merges that scores cannot say there is a note")
  func note() throws {
    let directory = try TemporaryDirectory()
    let folder = try Fixture.copy("tokenizers/spm-normalizer", to: directory)
    try Fixture.edit(folder.appending("tokenizer.json"), #"["▁","a"],"#, "")
    var notes: [String] = []
    _ = try metadata(of: folder, notes: &notes)
    #expect(notes.count == 1 && notes[0].hasPrefix("1 pairs that scores would merge"))
  }

  @Test("a token of a million characters takes no longer than others", .timeLimit(.minutes(1)))
  func longToken() throws {
    let directory = try TemporaryDirectory()
    let folder = try Fixture.copy("tokenizers/spm-normalizer", to: directory)
    let long = String(repeating: "a", count: 1_000_000)
    try Fixture.edit(folder.appending("tokenizer.json"), #""vocab":{"#, #""vocab":{"\#(long)":420,"#)
    try Fixture.edit(folder.appending("config.json"), #""vocab_size": 420"#, #""vocab_size": 421"#)
    var notes: [String] = []
    let metadata = try metadata(of: folder, notes: &notes)
    #expect(try metadata.strings("tokenizer.ggml.tokens")?.last == long)
  }

  @Test("a vocabulary that puts no space before texts says so", arguments: ["never", "first"])
  func spacePrefix(scheme: String) throws {
    let directory = try TemporaryDirectory()
    let folder = try Fixture.copy("tokenizers/spm-metaspace", to: directory)
    try Fixture.edit(
      folder.appending("tokenizer.json"), #""prepend_scheme":"first""#, #""prepend_scheme":"\#(scheme)""#)
    var notes: [String] = []
    let metadata = try metadata(of: folder, notes: &notes)
    #expect(metadata["tokenizer.ggml.add_space_prefix"] == (scheme == "never" ? .bool(false) : nil))
  }

  static let edits = [
    RefusedEdit(
      folder: "tokenizers/gpt-2", old: #""use_regex":true"#, new: #""use_regex":false"#,
      problem: .unknownPreTokenizer(found: "")),
    RefusedEdit(
      folder: "tokenizers/smollm", old: #""individual_digits":true"#, new: #""individual_digits":false"#,
      problem: .unknownPreTokenizer(found: "Digits, not individual ones")),
    RefusedEdit(
      folder: "tokenizers/smollm", old: #""ignore_merges":false"#, new: #""ignore_merges":true"#,
      problem: .unknownPreTokenizer(found: "Digits, ByteLevel, ignore_merges")),
    RefusedEdit(
      folder: "tokenizers/qwen2", old: #""behavior":"Isolated""#, new: #""behavior":"MergedWithNext""#,
      problem: .unknownPreTokenizer(found: "Split, MergedWithNext")),
    RefusedEdit(
      folder: "tokenizers/qwen2", old: #""invert":false"#, new: #""invert":true"#,
      problem: .unknownPreTokenizer(found: "Split, Isolated, inverted")),
    RefusedEdit(
      folder: "tokenizers/deepseek-llm", old: "A-Za-z", new: "A-Zb-z",
      problem: .unknownPreTokenizer(found: "*")),
    RefusedEdit(
      folder: "tokenizers/deepseek-coder", old: #""type":"Digits""#, new: #""type":"Punctuation""#,
      problem: .unknownPreTokenizer(found: "Punctuation")),
    RefusedEdit(
      folder: "tokenizers/qwen2", old: #"{"type":"NFC"}"#, new: #"{"type":"Lowercase"}"#,
      problem: .unsupportedTokenizer("a normalizer of type Lowercase")),
    RefusedEdit(
      folder: "tokenizers/gpt-2", old: #""end_of_word_suffix":null"#, new: #""end_of_word_suffix":"</w>""#,
      problem: .unsupportedTokenizer(#"end_of_word_suffix "</w>""#)),
    RefusedEdit(
      folder: "tokenizers/spm-metaspace", old: #""split":false"#, new: #""split":true"#,
      problem: .unsupportedTokenizer("a pre-tokenizer of type Metaspace that is not SentencePiece's")),
    RefusedEdit(
      folder: "tokenizers/spm-normalizer", old: #""prepend":"▁""#, new: #""prepend":"_""#,
      problem: .unsupportedTokenizer("a normalizer of type Prepend that is not SentencePiece's")),
    RefusedEdit(
      folder: "tokenizers/spm-normalizer", old: #"["▁","▁"]"#, new: #"["▁","▁","x"]"#,
      problem: .wrongFieldType("model.merges[0]", expected: "two strings", found: "array")),
  ]

  @Test("a tokenizer that is not known is refused with what was found", arguments: edits)
  func refused(edit: RefusedEdit) throws {
    let directory = try TemporaryDirectory()
    let folder = try edit.folder(in: directory)
    var notes: [String] = []
    do {
      _ = try metadata(of: folder, notes: &notes)
      Issue.record("not refused")
    } catch let error as ConversionError {
      #expect(error.path == folder.appending("tokenizer.json"))
      guard edit.problem == .unknownPreTokenizer(found: "*") else {
        #expect(error.problem == edit.problem)
        return
      }
      #expect(error.description.contains("the pre-tokenizer is not known: Split \"[\\r\\n]\", Split "))
    }
  }
}
