/// The names that GGUF gives to the tensors of a model.
enum TensorName {
  static let tokenEmbedding = "token_embd.weight"
  static let outputNorm = "output_norm.weight"
  static let output = "output.weight"
  static let rotaryFactors = "rope_freqs.weight"

  static func layer(_ index: Int, _ part: LayerPart) -> String { "blk.\(index).\(part.rawValue)" }

  enum LayerPart: String, CaseIterable {
    case attentionNorm = "attn_norm.weight"
    case query = "attn_q.weight"
    case queryBias = "attn_q.bias"
    case queryNorm = "attn_q_norm.weight"
    case key = "attn_k.weight"
    case keyBias = "attn_k.bias"
    case keyNorm = "attn_k_norm.weight"
    case value = "attn_v.weight"
    case valueBias = "attn_v.bias"
    case attentionOutput = "attn_output.weight"
    case attentionOutputBias = "attn_output.bias"
    case feedForwardNorm = "ffn_norm.weight"
    case gate = "ffn_gate.weight"
    case gateBias = "ffn_gate.bias"
    case up = "ffn_up.weight"
    case upBias = "ffn_up.bias"
    case down = "ffn_down.weight"
    case downBias = "ffn_down.bias"
  }
}
