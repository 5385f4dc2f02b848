/// The sizes of a model, as people name them: D,L,H,KV,FF,V, and what its family adds.
public struct ModelShape: Equatable, Sendable {
  /// Families, by their names in GGUF.
  public enum Architecture: String, CaseIterable, Sendable { case llama, qwen2, qwen3 }

  public var architecture = Architecture.llama
  /// Width of the residual stream (D), a multiple of `headCount`.
  public let embeddingLength: Int
  /// Number of layers (L).
  public let layerCount: Int
  /// Number of query heads (H).
  public let headCount: Int
  /// Number of key and value heads (KV), a divisor of `headCount`.
  public let keyValueHeadCount: Int
  /// Width of the feed-forward network (FF).
  public let feedForwardLength: Int
  /// Number of tokens (V).
  public let vocabularyCount: Int

  /// Width of one head, even: D / H where a family does not choose it freely.
  public private(set) var headSize: Int
  /// Whether the token embedding is used as the output matrix too.
  public private(set) var tiesEmbeddings = false

  /// Shapes of published models, by the names that users know.
  public static let named: [(name: String, shape: ModelShape)] = [
    ("68m", ModelShape(sizes: [768, 2, 12, 12, 3072, 32000])!),
    ("160m", ModelShape(sizes: [768, 12, 12, 12, 3072, 32000])!),
    ("tinyllama-1.1b", ModelShape(sizes: [2048, 22, 32, 4, 5632, 32000])!),
    ("llama-3.2-1b", ModelShape(sizes: [2048, 16, 32, 8, 8192, 128256])!),
    ("llama-3.2-3b", ModelShape(sizes: [3072, 28, 24, 8, 8192, 128256])!),
    ("qwen2.5-0.5b", .qwen([896, 24, 14, 2, 4864, 151936], .qwen2, headSize: 64)),
    ("qwen3-0.6b", .qwen([1024, 28, 16, 8, 3072, 151936], .qwen3, headSize: 128)),
    ("llama-2-7b", ModelShape(sizes: [4096, 32, 32, 32, 11008, 32000])!),
  ]

  /// A named shape, or six numbers "D,L,H,KV,FF,V"; nil for anything else.
  public init?(_ text: String) {
    if let named = Self.named.first(where: { $0.name == text }) {
      self = named.shape
      return
    }
    let sizes = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !sizes.contains(nil) else { return nil }
    self.init(sizes: sizes.compactMap(\.self))
  }

  /// Checks six sizes: positive, not absurd, and heads that divide.
  init?(sizes: [Int]) {
    guard sizes.count == 6, sizes.allSatisfy({ (1...1 << 20).contains($0) }) else { return nil }
    (embeddingLength, layerCount, headCount) = (sizes[0], sizes[1], sizes[2])
    (keyValueHeadCount, feedForwardLength, vocabularyCount) = (sizes[3], sizes[4], sizes[5])
    headSize = embeddingLength / headCount
    guard embeddingLength.isMultiple(of: headCount), headCount.isMultiple(of: keyValueHeadCount),
      headSize.isMultiple(of: 2)
    else { return nil }
  }

  /// One of the small models of the Qwen families, which tie their embeddings.
  private static func qwen(_ sizes: [Int], _ architecture: Architecture, headSize: Int) -> ModelShape {
    var shape = ModelShape(sizes: sizes)!
    (shape.architecture, shape.headSize, shape.tiesEmbeddings) = (architecture, headSize, true)
    return shape
  }
}
