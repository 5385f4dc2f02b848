import GGUF
import KernelDispatch

/// How much memory a model takes.
public struct ModelMemory: Sendable, Equatable {
  /// Bytes of matrices that are copied into memory.
  public let weightByteCount: Int
  /// Bytes of keys and values.
  public let cacheByteCount: Int

  public init(weightByteCount: Int, cacheByteCount: Int) {
    (self.weightByteCount, self.cacheByteCount) = (weightByteCount, cacheByteCount)
  }

  /// What a file's model will take. Reads no weights.
  /// - Parameters:
  ///   - copiesMappedTensors: Whether matrices that a file holds ready for use are copied.
  ///   - contextLength: Positions that are expected; the cache has no more than the model was trained for.
  /// - Throws: What `ModelWeights` throws for the file.
  public init(
    _ file: GGUFFile, copiesMappedTensors: Bool, cacheType: CacheType, contextLength: Int
  ) throws(ModelError) {
    let configuration = try ModelConfiguration(file)
    // Each matrix is in the file with all its bytes: sums are far from overflow.
    weightByteCount = try WeightPlan(file, configuration).matrices.reduce(0) { sum, matrix in
      let isCopied = copiesMappedTensors || matrix.tensor.layout == .rows
      return isCopied ? sum + matrix.tensor.groupCount * matrix.tensor.groupBytes(matrix.element) : sum
    }
    cacheByteCount =
      KVCache.bytesPerPosition(configuration, type: cacheType)
      * min(contextLength, configuration.trainedContextLength)
  }
}
