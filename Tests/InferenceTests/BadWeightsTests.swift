import GGUF
import Inference
import KernelDispatch
import TensorTypes
import TestSupport
import Testing

@Suite("Tensors that do not make a model")
struct BadWeightsTests {
  /// A model that has every kind of tensor, and types' blocks of 256 fit in its rows.
  static let model: RandomModel = {
    var model = RandomModel()
    (model.embeddingLength, model.headSize, model.rotaryLength) = (256, 64, 64)
    (model.feedForwardLength, model.vocabularyCount) = (512, 20)
    model.type = .f16
    (model.layerCount, model.hasRotaryFactors) = (1, true)
    return model
  }()
  static let parts = ModelParts(model)
  static let names = parts.tensors.map(\.name)

  /// `[columns, rows]` of each tensor, written down once more.
  static let shapes: [String: [Int]] = [
    "token_embd.weight": [256, 20], "output.weight": [256, 20], "output_norm.weight": [256],
    "rope_freqs.weight": [32], "blk.0.attn_norm.weight": [256], "blk.0.ffn_norm.weight": [256],
    "blk.0.attn_q.weight": [256, 256], "blk.0.attn_k.weight": [256, 128],
    "blk.0.attn_v.weight": [256, 128], "blk.0.attn_output.weight": [256, 256],
    "blk.0.ffn_gate.weight": [256, 512], "blk.0.ffn_up.weight": [256, 512],
    "blk.0.ffn_down.weight": [512, 256],
  ]

  @Test("the undamaged model loads")
  func undamaged() throws {
    #expect(Set(Self.names) == Set(Self.shapes.keys))
    #expect(try Loading.problem(Self.parts) == nil)
  }

  @Test("every tensor must be there, but for the output and the rotary factors", arguments: names)
  func missing(name: String) throws {
    var parts = Self.parts
    parts.tensors.removeAll { $0.name == name }
    let isOptional = ["output.weight", "rope_freqs.weight"].contains(name)
    #expect(try Loading.problem(parts) == (isOptional ? nil : .missingTensor(name)))
  }

  @Test("every tensor must have its shape", arguments: names)
  func wrongShape(name: String) throws {
    let shape = Self.shapes[name]!
    var wrong = [
      [shape[0] + 1] + shape.dropFirst(), [1] + shape.dropFirst(), shape + [2], [shape.reduce(1, *)],
    ]
    if shape.count == 2 {
      wrong += [[shape[0], shape[1] + 1], [shape[0], shape[1] - 1], [shape[1], shape[0]], shape + [1]]
    }
    for dimensions in wrong where dimensions != shape {
      var parts = Self.parts
      parts.reshape(name, dimensions.map(Int64.init))
      let isTable = name == "token_embd.weight"
      #expect(
        try Loading.problem(parts)
          == (isTable
            ? problemOfTable(dimensions)
            : .wrongShape(tensor: name, found: dimensions, expected: shape)))
    }
  }

  /// What is wrong with the table of embeddings: its rows say how many tokens there are, and the output does not fit.
  private func problemOfTable(_ dimensions: [Int]) -> ModelProblem {
    let name = "token_embd.weight"
    if dimensions.count != 2 { return .notAMatrix(tensor: name, found: dimensions) }
    if dimensions[0] == 256 {
      return .wrongShape(tensor: "output.weight", found: Self.shapes[name]!, expected: dimensions)
    }
    return .wrongShape(tensor: name, found: dimensions, expected: [256, dimensions[1]])
  }

  @Test("a vocabulary of no tokens is no GGUF file")
  func emptyVocabulary() throws {
    var parts = Self.parts
    parts.reshape("token_embd.weight", [256, 0])
    let directory = try TemporaryDirectory()
    let path = try parts.write(to: directory)
    #expect(
      throws: GGUFError(path: path, .invalidDimension(tensor: "token_embd.weight", index: 1, size: 0))
    ) { try Loading.weights(path) }
  }

  @Test("a tokenizer may have fewer tokens than the model has rows, not more")
  func tooManyTokens() throws {
    for count in [1, 19, 20] {
      var parts = Self.parts
      parts["tokenizer.ggml.tokens"] = .array(.strings((0..<count).map { "t\($0)" }))
      #expect(try Loading.problem(parts) == nil)
    }
    var parts = Self.parts
    parts["tokenizer.ggml.tokens"] = .array(.strings((0..<21).map { "t\($0)" }))
    #expect(
      try Loading.problem(parts)
        == .invalidValue(
          key: "tokenizer.ggml.tokens", value: "a list of 21",
          expected: "at most one for each of 20 rows of token_embd.weight"))
  }

  static let kinds = [
    "token_embd", "output_norm", "blk.0.attn_norm", "blk.0.attn_k", "blk.0.ffn_down", "output",
  ]
  .map { "\($0).weight" }
  static let types = ElementType.allCases.filter { KernelElement($0) == nil }

  @Test("a type that no kernel runs is refused with those that kernels run", arguments: types)
  func unsupportedType(type: ElementType) throws {
    let known = KernelElement.allCases.map(\.elementType.name)
    #expect(known.contains("Q8_0"))
    for name in Self.kinds {
      var parts = Self.parts
      let count = Self.shapes[name]!.reduce(1, *)
      parts.change(name) {
        $0.type = type.rawValue
        $0.bytes = [UInt8](repeating: 0, count: type.byteCount(elementCount: count)!)
      }
      let problem = try Loading.problem(parts)
      #expect(problem == .unsupportedType(tensor: name, type: type.name, known: known))
      #expect(problem?.description.contains("'\(name)' has type \(type.name)") == true)
    }
  }

  @Test("a block more than there are tensors for is missed, a block less is left over")
  func wrongBlockCount() throws {
    let key = "llama.block_count"
    #expect(try Loading.problem(key, .uint32(3)) == .missingTensor("blk.2.attn_norm.weight"))
    #expect(try Loading.problem(key, .uint32(65536)) == .missingTensor("blk.2.attn_norm.weight"))
    #expect(
      try Loading.problem(key, .uint32(1)) == .unsupportedFeature("tensor 'blk.1.attn_norm.weight'"))
  }

  @Test(
    "a tensor that nobody knows is refused: it would change the result",
    arguments: [
      "blk.0.attn_q_norm.weight", "blk.2.attn_q.bias", "blk.0.ffn_gate_inp.weight", "cls.weight", "",
      "blk.-1.attn_q.weight",
    ])
  func unknownTensor(name: String) throws {
    var parts = Self.parts
    parts.tensors.append(.init(name: name, dimensions: [1], type: 0, bytes: [0, 0, 0, 0]))
    #expect(try Loading.problem(parts) == .unsupportedFeature("tensor '\(name)'"))
  }

  @Test(
    "what makes a family must be in every layer",
    arguments: [
      (ModelArchitecture.qwen2, "blk.1.attn_q.bias"), (.qwen2, "blk.0.attn_v.bias"),
      (.qwen3, "blk.1.attn_k_norm.weight"), (.qwen3, "blk.0.attn_q_norm.weight"),
    ])
  func missingFromFamily(architecture: ModelArchitecture, name: String) throws {
    var parts = ModelParts(RandomModel(architecture))
    #expect(try Loading.problem(parts) == nil)
    parts.tensors.removeAll { $0.name == name }
    #expect(try Loading.problem(parts) == .missingTensor(name))
  }

  @Test("a bias or a head's norm must have the length of what it is added to or multiplied with")
  func wrongVectors() throws {
    var parts = ModelParts(RandomModel(.qwen2))
    parts.reshape("blk.1.attn_k.bias", [16])
    #expect(
      try Loading.problem(parts) == .wrongShape(tensor: "blk.1.attn_k.bias", found: [16], expected: [32]))
    parts = ModelParts(RandomModel(.qwen3))
    parts.reshape("blk.0.attn_q_norm.weight", [96])
    #expect(
      try Loading.problem(parts)
        == .wrongShape(tensor: "blk.0.attn_q_norm.weight", found: [96], expected: [24]))
  }

  @Test("a bias that the family does not have is refused")
  func unknownBias() throws {
    var parts = ModelParts(RandomModel(.qwen2))
    parts.tensors.append(
      .init(name: "blk.0.ffn_up.bias", dimensions: [96], type: 0, bytes: .init(repeating: 0, count: 384)))
    #expect(try Loading.problem(parts) == .unsupportedFeature("tensor 'blk.0.ffn_up.bias'"))
  }

  @Test("tables that old converters wrote are ignored", arguments: ["rope.inv_freq", "blk.0.attn_rot_embd"])
  func ignoredTensor(name: String) throws {
    var parts = Self.parts
    parts.tensors.append(.init(name: name, dimensions: [1], type: 0, bytes: [0, 0, 0, 0]))
    #expect(try Loading.problem(parts) == nil)
  }
}
