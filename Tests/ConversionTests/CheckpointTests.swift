import Conversion
import GGUF
import SystemPackage
import TensorTypes
import TestSupport
import Testing
import Tokenization

/// Folders made by Python, and what the PyPI package gguf made of them; see `Tools/fixtures/checkpoint_folders.py`.
@Suite struct CheckpointTests {
  /// What is written from the folder's name, and what Python's writer does not write.
  private static let ownKeys: Set<String> = [
    "general.type", "general.name", "general.basename", "general.size_label",
  ]

  @Test(
    "An F16 file is equal to that of the PyPI package, tensors byte for byte",
    arguments: ["tiny-spm", "tiny-bpe"])
  func equalToPython(name: String) throws {
    let directory = try TemporaryDirectory()
    let output = directory.file("out.gguf")
    try Fixture.convert(Fixture.path(name), to: output, ConversionOptions(target: .f16))
    let (file, expected) = try (GGUFFile(path: output), GGUFFile(path: Fixture.path("\(name)-f16.gguf")))
    #expect(
      Set(file.metadata.keys)
        == Set(expected.metadata.keys).union(["general.type", "general.name", "general.size_label"]))
    for (key, value) in expected.metadata { #expect(file.metadata[key] == value, "\(key)") }
    #expect(Set(file.tensors.map(\.name)) == Set(expected.tensors.map(\.name)))
    for tensor in expected.tensors {
      let found = try #require(file.tensor(named: tensor.name))
      #expect(found.shape == tensor.shape && found.type == tensor.type, "\(tensor.name)")
      #expect(Array(file.bytes(of: found)) == Array(expected.bytes(of: tensor)), "\(tensor.name)")
    }
  }

  @Test("The tokenizers that are written can be read and used")
  func tokenizers() throws {
    let directory = try TemporaryDirectory()
    let output = directory.file("out.gguf")
    for name in ["tiny-spm", "tiny-bpe"] {
      try Fixture.convert(Fixture.path(name), to: output, ConversionOptions(target: .f16), replacing: true)
      let tokenizer = try loadTokenizer(from: GGUFFile(path: output))
      let tokens = tokenizer.encode("for layers in items: é", addSpecial: true, parseSpecial: false)
      #expect(tokens.first == tokenizer.vocabulary.bos)
      #expect(tokenizer.decode(tokens, showSpecial: false).hasSuffix("for layers in items: é"))
    }
  }

  private func problem(_ path: FilePath) -> ConversionError? {
    do {
      _ = try ConversionSource(path: path)
      return nil
    } catch { return error }
  }

  static let edits = [
    RefusedEdit(
      file: "config.json", old: "LlamaForCausalLM", new: "GPTBigCodeForCausalLM",
      problem: .unsupportedArchitecture(
        "GPTBigCodeForCausalLM",
        known: [
          "LlamaForCausalLM", "LLaMAForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM",
          "Qwen3ForCausalLM",
        ])),
    RefusedEdit(
      file: "config.json", old: #""num_hidden_layers": 2"#, new: #""num_hidden_layers": 3"#,
      problem: .missingTensor("model.layers.2.input_layernorm.weight")),
    RefusedEdit(
      file: "config.json", old: #""num_hidden_layers": 2"#, new: #""num_hidden_layers": 1"#,
      problem: .unknownTensor("model.layers.1.input_layernorm.weight")),
    RefusedEdit(
      file: "config.json", old: #""num_hidden_layers": 2"#, new: #""num_hidden_layers": -1"#,
      problem: .invalidField("num_hidden_layers", value: "-1", expected: "an integer in 1...65536")),
    RefusedEdit(
      file: "config.json", old: #""hidden_size": 32"#, new: #""hidden_size": "32""#,
      problem: .wrongFieldType("hidden_size", expected: "integer", found: "string")),
    RefusedEdit(
      file: "config.json", old: #""vocab_size""#, new: #""x""#, problem: .missingField("vocab_size")),
    RefusedEdit(
      file: "config.json", old: #""hidden_size": 32"#, new: #""hidden_size": 64"#,
      problem: .wrongShape(tensor: "lm_head.weight", expected: [306, 64], found: [306, 32])),
    RefusedEdit(
      file: "config.json", old: #""num_key_value_heads": 2"#, new: #""num_key_value_heads": 3"#,
      problem: .invalidField(
        "num_key_value_heads", value: "3", expected: "a divisor of num_attention_heads 4")),
    RefusedEdit(
      file: "config.json", old: #""llama3""#, new: #""longrope""#,
      problem: .unsupportedFeature(#"rotary scaling of type "longrope""#)),
    RefusedEdit(
      file: "config.json", old: #""hidden_act": "silu""#, new: #""hidden_act": "gelu""#,
      problem: .unsupportedFeature(#"hidden_act "gelu""#)),
    RefusedEdit(
      file: "tokenizer.json", old: #"\\p{N}{1,3}"#, new: #"\\p{N}{1,4}"#,
      problem: .unknownPreTokenizer(
        found: #"Split "(?i:\'s|\'t|\'re|\'ve|\'m|\'ll|\'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,4}|"#
          + #" ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+", ignore_merges"#)),
    RefusedEdit(
      file: "tokenizer.json", old: #""type": "BPE""#, new: #""type": "WordPiece""#,
      problem: .unsupportedTokenizer("a model of type WordPiece")),
    RefusedEdit(
      file: "model.safetensors.index.json", old: "model-00002-of-00002.safetensors", new: "../x.safetensors",
      problem: .unsafeFileName(tensor: "model.layers.1.input_layernorm.weight", "../x.safetensors")),
    RefusedEdit(
      file: "model.safetensors.index.json", old: #""model.norm.weight""#, new: #""model.norm.x""#,
      problem: .missingFromShard(tensor: "model.norm.x", shard: "model-00001-of-00002.safetensors")),
  ]

  @Test("A folder that lies is refused with the field and the numbers", arguments: edits)
  func refused(edit: RefusedEdit) throws {
    let directory = try TemporaryDirectory()
    let error = try #require(problem(edit.folder(in: directory)))
    #expect(error.problem == edit.problem)
  }

  @Test("Files that are missing are named")
  func missingFiles() throws {
    let directory = try TemporaryDirectory()
    let folder = try Fixture.copy("tiny-spm", to: directory)
    try directory.remove("tiny-spm/tokenizer.model")
    #expect(problem(folder)?.problem == .missingFile(lookedFor: ["tokenizer.model", "tokenizer.json"]))
    try directory.remove("tiny-spm/model.safetensors")
    #expect(
      problem(folder)
        == ConversionError(
          folder, .missingFile(lookedFor: ["model.safetensors.index.json", "model.safetensors"])))
    try directory.write([], to: "tiny-spm/pytorch_model.bin")
    #expect(problem(folder)?.problem == .pickledWeights("pytorch_model.bin"))
    let weights = folder.appending("model.safetensors")
    #expect(problem(weights) == ConversionError(weights, .loneSafetensors))
    try directory.remove("tiny-spm/config.json")
    #expect(problem(folder)?.path == folder.appending("config.json"))
  }

  @Test("A tokenizer.model that is cut short is refused with the place")
  func truncatedTokenizer() throws {
    let directory = try TemporaryDirectory()
    let folder = try Fixture.copy("tiny-spm", to: directory)
    // A piece of 100 bytes, of which 2 are there.
    try directory.write([0x0a, 100, 1, 2], to: "tiny-spm/tokenizer.model")
    #expect(
      problem(folder)?.problem
        == .protobuf(field: "protobuf", offset: 2, reason: "100 bytes needed, 2 left"))
  }
}
