import GGUF
import KernelDispatch

/// How much memory a model takes.
public struct ModelMemory: Sendable, Equatable {
  /// Bytes of matrices that are copied into memory.
  public let weightByteCount: Int
  /// Bytes of cache and scratch, used or not.
  public let stateByteCount: Int

  public init(weightByteCount: Int, stateByteCount: Int) {
    (self.weightByteCount, self.stateByteCount) = (weightByteCount, stateByteCount)
  }

  /// What a file's model will take. Reads no weights.
  /// - Parameters:
  ///   - copiesMappedTensors: Whether matrices that a file holds ready for use are copied.
  ///   - contextLength: Positions that are expected; the cache has no more than the model was trained for.
  ///   - threadCount: Number of threads that run the model.
  /// - Throws: What `ModelWeights` throws for the file, and `outOfMemory` where no machine has room for the context.
  public init(
    _ file: GGUFFile, copiesMappedTensors: Bool, cacheType: CacheType, contextLength: Int, threadCount: Int
  ) throws(ModelError) {
    let configuration = try ModelConfiguration(file)
    // Each matrix is in the file with all its bytes: sums are far from overflow.
    weightByteCount = try WeightPlan(file, configuration).matrices.reduce(0) { sum, matrix in
      let isCopied = copiesMappedTensors || matrix.tensor.layout == .rows
      return isCopied ? sum + matrix.tensor.groupCount * matrix.tensor.groupBytes(matrix.element) : sum
    }
    let contextLength = min(contextLength, configuration.trainedContextLength)
    guard
      let bytes = RunState.byteCount(
        configuration, cacheType: cacheType, contextLength: contextLength, threadCount: threadCount)
    else {
      throw ModelError(
        path: file.path, .outOfMemory(for: "a context of \(contextLength) tokens", byteCount: nil))
    }
    stateByteCount = bytes
  }
}
