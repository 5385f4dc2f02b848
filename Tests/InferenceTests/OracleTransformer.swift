import Foundation
import TensorTypes
import TestSupport

/// A transformer written down as plainly as possible, in double precision and without a cache: what the fast one must
/// agree with. Shares no code with it; only keys and values are rounded to half precision, as the real cache does.
struct OracleTransformer {
  let model: RandomModel
  private let tensors: [String: (columns: Int, values: [Double])]

  init(_ model: RandomModel) {
    self.model = model
    tensors = Dictionary(
      uniqueKeysWithValues: model.tensors().map {
        ($0.tensor.name, (columns: $0.tensor.dimensions[0], values: $0.values.map(Double.init)))
      })
  }

  /// Logits after every token.
  func logits(_ tokens: [TokenID]) -> [[Double]] {
    let output = tensors["output.weight"] == nil ? "token_embd" : "output"
    return hiddenStates(tokens).map { multiply(output, $0) }
  }

  /// The normalized state after every token: what the output matrix reads.
  func hiddenStates(_ tokens: [TokenID]) -> [[Double]] {
    var stream = tokens.map { row("token_embd.weight", Int($0)) }
    for layer in 0..<model.layerCount {
      let prefix = "blk.\(layer)."
      let attended = attention(stream.map { norm($0, prefix + "attn_norm.weight") }, prefix)
      stream = zip(stream, attended).map { add($0, multiply(prefix + "attn_output", $1)) }
      stream = stream.map { x in
        let input = norm(x, prefix + "ffn_norm.weight")
        let gate = multiply(prefix + "ffn_gate", input)
        let up = multiply(prefix + "ffn_up", input)
        return add(x, multiply(prefix + "ffn_down", zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }))
      }
    }
    return stream.map { norm($0, "output_norm.weight") }
  }

  private func attention(_ inputs: [[Double]], _ prefix: String) -> [[Double]] {
    let size = model.headSize
    let keys = inputs.enumerated().map {
      halved(rotate(normHeads(multiply(prefix + "attn_k", $1), prefix + "attn_k_norm.weight"), position: $0))
    }
    let values = inputs.map { halved(multiply(prefix + "attn_v", $0)) }
    return inputs.enumerated().map { position, input in
      let query = rotate(
        normHeads(multiply(prefix + "attn_q", input), prefix + "attn_q_norm.weight"), position: position)
      return (0..<model.headCount).flatMap { head -> [Double] in
        let shared = head / (model.headCount / model.keyValueHeadCount)
        let scores = (0...position).map { other in
          (0..<size).reduce(0) { $0 + query[head * size + $1] * keys[other][shared * size + $1] }
            / Double(size).squareRoot()
        }
        let weights = scores.map { exp($0 - scores.max()!) }
        return (0..<size).map { index in
          zip(weights, values).reduce(0) { $0 + $1.0 * $1.1[shared * size + index] } / weights.reduce(0, +)
        }
      }
    }
  }

  private func rotate(_ heads: [Double], position: Int) -> [Double] {
    var result = heads
    for head in 0..<heads.count / model.headSize {
      for pair in 0..<model.rotaryLength / 2 {
        let factor = tensors["rope_freqs.weight"]?.values[pair] ?? 1
        let frequency = pow(Double(model.rotaryBase), -2 * Double(pair) / Double(model.rotaryLength))
        let angle = Double(position) * frequency / factor / Double(model.linearScale ?? 1)
        let (first, second) =
          model.architecture == .llama ? (2 * pair, 2 * pair + 1) : (pair, pair + model.rotaryLength / 2)
        let (x, y) = (heads[head * model.headSize + first], heads[head * model.headSize + second])
        result[head * model.headSize + first] = x * cos(angle) - y * sin(angle)
        result[head * model.headSize + second] = x * sin(angle) + y * cos(angle)
      }
    }
    return result
  }

  private func halved(_ x: [Double]) -> [Double] { x.map { Double(Float16($0)) } }

  private func row(_ name: String, _ index: Int) -> [Double] {
    let (columns, values) = tensors[name]!
    return Array(values[index * columns..<(index + 1) * columns])
  }

  /// The matrix times the input, plus the bias if there is one.
  private func multiply(_ name: String, _ input: [Double]) -> [Double] {
    let (columns, values) = tensors[name + ".weight"]!
    let bias = tensors[name + ".bias"]?.values
    return (0..<values.count / columns).map { row in
      let start: Double = bias?[row] ?? 0
      return (0..<columns).reduce(start) { $0 + values[row * columns + $1] * input[$1] }
    }
  }

  /// Each head normalized on its own, where the model has that norm.
  private func normHeads(_ heads: [Double], _ name: String) -> [Double] {
    guard tensors[name] != nil else { return heads }
    return stride(from: 0, to: heads.count, by: model.headSize).flatMap {
      norm(Array(heads[$0..<$0 + model.headSize]), name)
    }
  }

  private func norm(_ x: [Double], _ name: String) -> [Double] {
    let scale = 1 / (x.reduce(0) { $0 + $1 * $1 } / Double(x.count) + 1e-5).squareRoot()
    return zip(x, tensors[name]!.values).map { $0 * scale * $1 }
  }

  private func add(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $0 + $1 } }
}
