import Conversion
import Foundation
import GGUF
import Inference
import SystemPackage
import TensorTypes
import TestSupport
import Testing
import Tokenization

/// Checkpoints of every family, converted and run, beside what transformers computes with them; see
/// `Tools/fixtures/family_checkpoints.py`.
@Suite("Families of models") struct FamilyTests {
  private struct Reference: Decodable {
    let tokens: [TokenID]
    let positions: [Int]
    let logits: [[Double]]
  }

  static let names = ["llama", "mistral", "qwen2-tied", "qwen2", "qwen3"]

  private func reference(_ name: String) throws -> Reference {
    let data = try Data(
      contentsOf: URL(filePath: Fixture.path("families/\(name)/reference.json").string))
    return try JSONDecoder().decode(Reference.self, from: data)
  }

  /// The converted file in a folder of its own.
  private func converted(_ name: String, in directory: TemporaryDirectory) throws -> FilePath {
    let output = directory.file("\(name).gguf")
    try Fixture.convert(Fixture.path("families/\(name)"), to: output, ConversionOptions(target: .f32))
    return output
  }

  @Test("logits agree with those of transformers in F32", arguments: names)
  func logits(name: String) throws {
    let reference = try reference(name)
    let directory = try TemporaryDirectory()
    let model = try loadModel(converted(name, in: directory).string)
    model.forward(reference.tokens, logitRowCount: reference.tokens.count)
    for (position, expected) in zip(reference.positions, reference.logits) {
      let found = model.logits(row: position)
      #expect(found.count == expected.count)
      var (error, power) = (0.0, 0.0)
      for (a, b) in zip(found, expected) {
        error += (Double(a) - b) * (Double(a) - b)
        power += b * b
      }
      #expect(error / power <= 1e-6, "position \(position)")
    }
  }

  /// Keys of llama.cpp's converter for these folders, but for the tokenizer's tables.
  static let keys: [(name: String, keys: [String: MetadataValue])] = [
    (
      "mistral",
      [
        "general.architecture": .string("llama"), "llama.attention.key_length": .uint32(12),
        "llama.attention.value_length": .uint32(12), "llama.rope.dimension_count": .uint32(12),
        "llama.vocab_size": .uint32(360), "llama.rope.freq_base": .float32(1e6),
        "tokenizer.ggml.model": .string("llama"), "tokenizer.ggml.bos_token_id": .uint32(1),
        "tokenizer.ggml.add_bos_token": .bool(true),
      ]
    ),
    (
      "qwen2",
      [
        "general.architecture": .string("qwen2"), "qwen2.block_count": .uint32(2),
        "qwen2.context_length": .uint32(256), "qwen2.embedding_length": .uint32(24),
        "qwen2.feed_forward_length": .uint32(32), "qwen2.attention.head_count": .uint32(4),
        "qwen2.attention.head_count_kv": .uint32(2), "qwen2.rope.freq_base": .float32(10000),
        "qwen2.attention.layer_norm_rms_epsilon": .float32(1e-5), "general.file_type": .uint32(0),
        "qwen2.rope.scaling.type": .string("yarn"), "qwen2.rope.scaling.factor": .float32(4),
        "qwen2.rope.scaling.original_context_length": .uint32(64), "tokenizer.ggml.model": .string("gpt2"),
        "tokenizer.ggml.pre": .string("qwen2"), "tokenizer.ggml.bos_token_id": .uint32(280),
        "tokenizer.ggml.eos_token_id": .uint32(281), "tokenizer.ggml.padding_token_id": .uint32(281),
        "tokenizer.ggml.add_bos_token": .bool(false),
        "tokenizer.chat_template": .string(
          "{% for message in messages %}{{ message.content }}{{ eos_token }}{% endfor %}"),
      ]
    ),
    (
      "qwen3",
      [
        "general.architecture": .string("qwen3"), "qwen3.attention.key_length": .uint32(24),
        "qwen3.attention.value_length": .uint32(24), "tokenizer.ggml.pre": .string("qwen2"),
      ]
    ),
  ]

  @Test("metadata is that of llama.cpp's converter", arguments: keys)
  func metadata(name: String, keys: [String: MetadataValue]) throws {
    let directory = try TemporaryDirectory()
    let file = try GGUFFile(path: converted(name, in: directory))
    for (key, value) in keys { #expect(file.metadata[key] == value, "\(key)") }
    guard name == "qwen2" else { return }
    let others: Set = [
      "general.type", "general.name", "general.size_label", "general.quantization_version",
      "tokenizer.ggml.tokens", "tokenizer.ggml.token_type", "tokenizer.ggml.merges",
    ]
    #expect(Set(file.metadata.keys) == Set(keys.keys).union(others))
  }

  @Test("a window of attention is left out with a note, also one that Qwen does not use without")
  func slidingWindow() throws {
    let note = "sliding_window 128 is left out, as in llama.cpp: attention reaches over the whole context"
    #expect(try ConversionSource(path: Fixture.path("families/mistral")).notes == [note])
    let directory = try TemporaryDirectory()
    let folder = try Fixture.copy("families/qwen3", to: directory)
    try Fixture.edit(folder.appending("config.json"), #""sliding_window": null"#, #""sliding_window": 128"#)
    #expect(try ConversionSource(path: folder).notes.isEmpty)
    try Fixture.edit(
      folder.appending("config.json"), #""use_sliding_window": false"#, #""use_sliding_window": true"#)
    #expect(try ConversionSource(path: folder).notes == [note])
  }

  static let edits: [(name: String, old: String, new: String, problem: ConversionProblem)] = [
    (
      "qwen2", #""factor": 4.0"#, #""factor": 4.0, "attention_factor": 1.5"#,
      .unsupportedFeature(#"rotary scaling of type "yarn" with attention_factor"#)
    ),
    (
      "qwen2", #""rope_type": "yarn""#, #""rope_type": "dynamic""#,
      .unsupportedFeature(#"rotary scaling of type "dynamic""#)
    ),
    (
      "mistral", #""rope_type": "default""#, #""partial_rotary_factor": 0.5"#,
      .unsupportedFeature("partial_rotary_factor other than 1")
    ),
    (
      "qwen2-tied", "Qwen2ForCausalLM", "Qwen3ForCausalLM",
      .missingTensor("model.layers.0.self_attn.q_norm.weight")
    ),
    (
      "qwen3", "Qwen3ForCausalLM", "Qwen2ForCausalLM",
      .unknownTensor("model.layers.0.self_attn.k_norm.weight")
    ),
    ("llama", "LlamaForCausalLM", "Qwen2ForCausalLM", .unknownTensor("model.layers.0.mlp.down_proj.bias")),
  ]

  @Test("what a family cannot have is refused", arguments: 0..<edits.count)
  func refused(index: Int) throws {
    let (name, old, new, problem) = Self.edits[index]
    let directory = try TemporaryDirectory()
    let folder = try Fixture.copy("families/\(name)", to: directory)
    try Fixture.edit(folder.appending("config.json"), old, new)
    let error = #expect(throws: ConversionError.self) { try ConversionSource(path: folder) }
    #expect(error?.problem == problem)
  }
}
