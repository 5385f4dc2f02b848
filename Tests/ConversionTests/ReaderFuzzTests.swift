import Foundation
import GGUF
import SystemPackage
import TestSupport
import Testing

@testable import Conversion

/// Valid files with seeded damage: whatever happens, reading either works or throws.
@Suite struct ReaderFuzzTests {
  /// Inputs for each reader in one run; `NACRE_FUZZ_COUNT` sets another number.
  static let inputCount =
    ProcessInfo.processInfo.environment["NACRE_FUZZ_COUNT"].flatMap { Int($0) } ?? 4000

  enum Reader: String, CaseIterable {
    case config, index, tokenizer, tokenizerModel

    /// A valid file, small, so that damage meets what matters.
    func file() throws -> [UInt8] {
      switch self {
      case .config:
        let url = URL(filePath: try Fixture.path("tiny-bpe/config.json").string)
        return Array(try Data(contentsOf: url))
      case .index:
        return Array(#"{"metadata":{"total_size":8},"weight_map":{"a":"m-1.safetensors","b":"m-2"}}"#.utf8)
      case .tokenizer: return Array(Self.tokenizerText.utf8)
      case .tokenizerModel: return Self.sentencePieces
      }
    }

    private static let tokenizerText = #"""
      {"added_tokens":[{"id":4,"content":"<|end|>","special":true},{"id":5,"content":"▁é","special":false}],
      "normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits",
      "individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]},
      "post_processor":{"type":"Sequence","processors":[{"type":"TemplateProcessing","single":[
      {"SpecialToken":{"id":"<|end|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}]}]},
      "model":{"type":"BPE","ignore_merges":false,"byte_fallback":false,"vocab":{"a":0,"b":1,"ab":2,"Ġa":3},
      "merges":["a b",["Ġ","a"]]}}
      """#

    /// Four pieces and the kind `bpe`, as protobuf.
    private static let sentencePieces: [UInt8] = {
      func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2, UInt8(bytes.count)] + bytes
      }
      let score: [UInt8] = [0x15, 0, 0, 0x80, 0xbf]
      let pieces = [("<unk>", 2), ("<s>", 3), ("▁a", 1), ("<0x41>", 6)] as [(String, UInt8)]
      return pieces.flatMap { field(1, field(1, Array($0.utf8)) + score + [0x18, $1]) }
        + field(2, [0x18, 2, 0x20, 0x80, 0x80, 1])
    }()

    /// Reads as a conversion does.
    func read(_ bytes: UnsafeRawBufferPointer) throws {
      switch self {
      case .config:
        let config = try CheckpointConfig(JSONFields(path: "config.json", parsing: bytes))
        var metadata = GGUFMetadata(path: "")
        ModelMetadata(config: config, folder: "model", parameterCount: 1 << 30).write(to: &metadata)
      case .index:
        let index = try ShardIndex(JSONFields(path: "index", parsing: bytes))
        precondition(index.files.allSatisfy { !$0.name.utf8.contains(UInt8(ascii: "/")) })
      case .tokenizer:
        let tokenizer = try TokenizerJSON(JSONFields(path: "tokenizer.json", parsing: bytes))
        let table = try tokenizer.table(count: 8)
        precondition(table.count == 8)
        _ = try (tokenizer.merges(), tokenizer.templateTokens(), PreTokenizerName(tokenizer.fields).name())
      case .tokenizerModel:
        let pieces = try SentencePieceModel(bytes).pieces
        precondition(pieces.count <= bytes.count && pieces.allSatisfy { $0.tokenType.rawValue > 0 })
      }
    }
  }

  @Test("No damaged file makes a reader trap", arguments: Reader.allCases)
  func mutations(reader: Reader) throws {
    let valid = try reader.file()
    try valid.withUnsafeBytes { try reader.read($0) }
    var mutator = FileMutator(seed: 11)
    var acceptedCount = 0
    for _ in 0..<Self.inputCount {
      mutator.damaged(valid).withUnsafeBytes { bytes in
        do {
          try reader.read(bytes)
          acceptedCount += 1
        } catch { precondition(!"\(error)".isEmpty) }
      }
    }
    // Damage that is never fatal, or always, would test nothing.
    #expect(acceptedCount > Self.inputCount / 200)
    #expect(acceptedCount < Self.inputCount / 2)
  }

  @Test("No damaged file of a folder makes a conversion's plan trap, and weights stay within their file")
  func folders() throws {
    let directory = try TemporaryDirectory()
    let folder = try Fixture.copy("tiny-bpe", to: directory)
    let names = [
      "config.json", "tokenizer_config.json", "generation_config.json", "model.safetensors.index.json",
      "model-00001-of-00002.safetensors", "tokenizer.json",
    ]
    var mutator = FileMutator(seed: 12)
    for input in 0..<Self.inputCount / 50 {
      let name = names[input % names.count]
      let url = URL(filePath: folder.appending(name).string)
      let valid = try Data(contentsOf: url)
      // Of a file with weights, the header is damaged.
      let head = name.hasSuffix(".safetensors") ? min(valid.count, 2000) : valid.count
      try Data(mutator.damaged(Array(valid[..<head])) + valid[head...]).write(to: url)
      if let source = try? ConversionSource(path: folder) {
        for tensor in source.tensors {
          #expect(tensor.withBytes(\.count) == tensor.rowBytes * tensor.shape.rowCount)
        }
        _ = try? ConversionPlan(source, options: ConversionOptions(target: .q4_k_m))
      }
      try FileManager.default.removeItem(at: url)
      try valid.write(to: url)
    }
  }
}
