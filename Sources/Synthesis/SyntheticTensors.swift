import GGUF
import TensorTypes

/// The tensors of a model of `shape`: matrices of the types that `type` chooses, norms and biases in single precision.
func syntheticTensors(
  _ shape: ModelShape, _ type: (_ name: String, _ shape: Shape) -> ElementType
) -> [GGUFTensor] {
  let (width, hidden) = (shape.embeddingLength, shape.feedForwardLength)
  let (query, keyValue) = (shape.headCount * shape.headSize, shape.keyValueHeadCount * shape.headSize)
  func matrix(_ name: String, _ columns: Int, _ rows: Int) -> GGUFTensor {
    GGUFTensor(name: name, dimensions: [columns, rows], type: type(name, Shape(columns, rows)))
  }
  func vector(_ name: String, _ length: Int) -> GGUFTensor {
    GGUFTensor(name: name, dimensions: [length], type: .f32)
  }
  var tensors = [matrix("token_embd.weight", width, shape.vocabularyCount)]
  for layer in 0..<shape.layerCount {
    func name(_ part: String) -> String { "blk.\(layer).\(part)" }
    tensors += [
      vector(name("attn_norm.weight"), width), matrix(name("attn_q.weight"), width, query),
      matrix(name("attn_k.weight"), width, keyValue), matrix(name("attn_v.weight"), width, keyValue),
      matrix(name("attn_output.weight"), query, width), vector(name("ffn_norm.weight"), width),
      matrix(name("ffn_gate.weight"), width, hidden), matrix(name("ffn_up.weight"), width, hidden),
      matrix(name("ffn_down.weight"), hidden, width),
    ]
    switch shape.architecture {
    case .llama: break
    case .qwen2:
      tensors += [
        vector(name("attn_q.bias"), query), vector(name("attn_k.bias"), keyValue),
        vector(name("attn_v.bias"), keyValue),
      ]
    case .qwen3:
      tensors += ["attn_q_norm.weight", "attn_k_norm.weight"].map { vector(name($0), shape.headSize) }
    }
  }
  tensors.append(vector("output_norm.weight", width))
  if !shape.tiesEmbeddings { tensors.append(matrix("output.weight", width, shape.vocabularyCount)) }
  return tensors
}
