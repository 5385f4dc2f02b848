/// The names that GGUF gives to the tensors of the `llama` family.
enum TensorName {
  static let tokenEmbedding = "token_embd.weight"
  static let outputNorm = "output_norm.weight"
  static let output = "output.weight"
  static let rotaryFactors = "rope_freqs.weight"

  static func layer(_ index: Int, _ part: LayerPart) -> String { "blk.\(index).\(part.rawValue).weight" }

  enum LayerPart: String, CaseIterable {
    case attentionNorm = "attn_norm"
    case query = "attn_q"
    case key = "attn_k"
    case value = "attn_v"
    case attentionOutput = "attn_output"
    case feedForwardNorm = "ffn_norm"
    case gate = "ffn_gate"
    case up = "ffn_up"
    case down = "ffn_down"
  }
}
