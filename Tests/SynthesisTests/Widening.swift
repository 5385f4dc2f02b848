import GGUF
import Inference
import Synthesis
import SystemPackage
import TensorTypes
import TestSupport
import Testing

/// Places a model inside a shape.
/// - Parameter shape: "D,L,H,KV,FF,V"; nil: the model's own.
@discardableResult
func widen(
  _ path: FilePath, _ shape: String?, type: ElementType = .f32, noise: Float = 0,
  padsVocabulary: Bool = false,
  seed: UInt64 = 1, to output: FilePath
) throws -> WidenedModel {
  let file = try GGUFFile(path: path)
  let wide = try WidenedShape(
    of: file, in: shape.map { try #require(ModelShape($0)) }, padsVocabulary: padsVocabulary)
  let model = try WidenedModel(file, in: wide, type: { _, _ in type }, noise: noise, seed: seed)
  try model.write(to: output)
  return model
}

/// The logits after each of `tokens`.
func allLogits(_ path: FilePath, _ tokens: [TokenID]) throws -> [[Float]] {
  let model = try loadModel(path.string)
  model.forward(tokens, logitRowCount: tokens.count)
  return tokens.indices.map { Array(model.logits(row: $0)) }
}

/// Normalized mean square error.
func error(_ found: [[Float]], _ expected: [[Float]]) -> Double {
  let pairs = zip(found.joined(), expected.joined())
  let difference = pairs.reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
  return difference / expected.joined().reduce(0.0) { $0 + Double($1) * Double($1) }
}

func bestTokens(_ logits: [[Float]]) -> [Int] { logits.map { row in row.indices.max { row[$0] < row[$1] }! } }

let someTokens: [TokenID] = [1, 5, 9, 33, 2, 60, 17, 44, 44, 3, 69, 0, 21]
