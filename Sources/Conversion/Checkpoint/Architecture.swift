/// A family of models that can be converted, by its name in GGUF.
enum Architecture: String, CaseIterable {
  case llama
  case qwen2
  case qwen3

  private static let byCheckpointName: [(name: String, architecture: Architecture)] = [
    ("LlamaForCausalLM", .llama), ("LLaMAForCausalLM", .llama), ("MistralForCausalLM", .llama),
    ("Qwen2ForCausalLM", .qwen2), ("Qwen3ForCausalLM", .qwen3),
  ]

  /// The names that `config.json` gives the families.
  static var checkpointNames: [String] { byCheckpointName.map(\.name) }

  init?(checkpointName: String) {
    guard let known = Self.byCheckpointName.first(where: { $0.name == checkpointName }) else { return nil }
    self = known.architecture
  }

  /// Whether the rows of Q and K are stored in another order than in Hugging Face's files.
  var permutesRotaryRows: Bool { self == .llama }

  /// Names of a layer's tensors: in the checkpoint, in GGUF, and the shape (outermost dimension first).
  func layerTensors(_ config: CheckpointConfig) -> [LayerTensor] {
    let (width, hidden) = (config.embeddingLength, config.feedForwardLength)
    let query = config.headCount * config.headSize
    let keyValue = config.keyValueHeadCount * config.headSize
    var tensors = [
      LayerTensor("input_layernorm.weight", "attn_norm.weight", [width]),
      LayerTensor("self_attn.q_proj.weight", "attn_q.weight", [query, width], isRotated: true),
      LayerTensor("self_attn.k_proj.weight", "attn_k.weight", [keyValue, width], isRotated: true),
      LayerTensor("self_attn.v_proj.weight", "attn_v.weight", [keyValue, width]),
      LayerTensor("self_attn.o_proj.weight", "attn_output.weight", [width, query]),
      LayerTensor("post_attention_layernorm.weight", "ffn_norm.weight", [width]),
      LayerTensor("mlp.gate_proj.weight", "ffn_gate.weight", [hidden, width]),
      LayerTensor("mlp.up_proj.weight", "ffn_up.weight", [hidden, width]),
      LayerTensor("mlp.down_proj.weight", "ffn_down.weight", [width, hidden]),
    ]
    let needsBias = self == .qwen2
    tensors += [
      LayerTensor("self_attn.q_proj.bias", "attn_q.bias", [query], isRotated: true, isRequired: needsBias),
      LayerTensor("self_attn.k_proj.bias", "attn_k.bias", [keyValue], isRotated: true, isRequired: needsBias),
      LayerTensor("self_attn.v_proj.bias", "attn_v.bias", [keyValue], isRequired: needsBias),
    ]
    switch self {
    case .llama:
      tensors += [
        LayerTensor("self_attn.o_proj.bias", "attn_output.bias", [width], isRequired: false),
        LayerTensor("mlp.gate_proj.bias", "ffn_gate.bias", [hidden], isRequired: false),
        LayerTensor("mlp.up_proj.bias", "ffn_up.bias", [hidden], isRequired: false),
        LayerTensor("mlp.down_proj.bias", "ffn_down.bias", [width], isRequired: false),
      ]
    case .qwen2: break
    case .qwen3:
      tensors.append(LayerTensor("self_attn.q_norm.weight", "attn_q_norm.weight", [config.headSize]))
      tensors.append(LayerTensor("self_attn.k_norm.weight", "attn_k_norm.weight", [config.headSize]))
    }
    return tensors
  }
}

/// One tensor of each layer.
struct LayerTensor {
  let checkpointName: String
  let name: String
  /// Outermost dimension first.
  let shape: [Int]
  /// Whether its rows are rotated by position.
  let isRotated: Bool
  let isRequired: Bool

  init(
    _ checkpointName: String, _ name: String, _ shape: [Int], isRotated: Bool = false, isRequired: Bool = true
  ) {
    self.checkpointName = checkpointName
    self.name = name
    self.shape = shape
    self.isRotated = isRotated
    self.isRequired = isRequired
  }
}
