import GGUF
import Inference
import KernelDispatch
import Platform
import SystemPackage
import TensorTypes

/// A model loaded from a file with its own team of unpinned threads.
public func loadModel(
  _ path: String, threadCount: Int = 1, contextLength: Int? = nil, level: KernelLevel? = nil,
  cacheType: CacheType = .f16
) throws -> TransformerModel {
  let file = try GGUFFile(path: FilePath(path))
  let kernels = try level.map { try KernelLibrary(level: $0) } ?? KernelLibrary.best()
  let team = ThreadTeam(name: "test", cpus: Array(repeating: nil, count: threadCount))
  let weights = try ModelWeights(file, kernels: kernels, team: team)
  return try TransformerModel(
    weights, team: team, contextLength: contextLength ?? weights.configuration.trainedContextLength,
    cacheType: cacheType)
}

extension CausalModel {
  /// `forward` for arrays.
  public func forward(_ tokens: [TokenID], logitRowCount: Int = 1) {
    tokens.withUnsafeBufferPointer { forward($0, logitRowCount: logitRowCount) }
  }

  /// The greedy continuation of what is in the cache plus `tokens`.
  public func greedy(after tokens: [TokenID], count: Int) -> [TokenID] {
    var next = tokens
    return (0..<count).map { _ in
      forward(next)
      let row = logits(row: 0)
      let best = TokenID(row.indices.max { row[$0] < row[$1] }!)
      next = [best]
      return best
    }
  }
}
