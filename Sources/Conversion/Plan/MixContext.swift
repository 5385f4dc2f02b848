import GGUF

/// What the choice of types needs to know of a model.
struct MixContext {
  let target: TargetType
  let layerCount: Int
  /// Whether the model has `output.weight`; else the token embedding is used in its place.
  let hasOutput: Bool
  /// Whether llama.cpp takes the model for one of 70 billion parameters, whose attn_v is small beside the rest and
  /// gets more bits: 80 layers and, for `llama`, heads that share keys and values.
  let is70B: Bool

  /// Reads the model's shape as GGUF states it.
  init(target: TargetType, source: ConversionSource) throws(GGUFError) {
    self.target = target
    hasOutput = source.tensors.contains { $0.name == "output.weight" }
    let (metadata, architecture) = (source.metadata, source.architecture)
    layerCount = try metadata.integer("\(architecture).block_count") ?? 0
    let headCount = try Self.first(metadata, "\(architecture).attention.head_count")
    let keyValueHeadCount = try Self.first(metadata, "\(architecture).attention.head_count_kv") ?? headCount
    let isGrouped = headCount != keyValueHeadCount
    is70B = layerCount == 80 && (architecture == "qwen2" || (architecture == "llama" && isGrouped))
  }

  /// A count, or the first of those that a file gives per layer.
  private static func first(_ metadata: GGUFMetadata, _ key: String) throws(GGUFError) -> Int? {
    if case .array = metadata[key] { return try metadata.integers(key)?.first }
    return try metadata.integer(key)
  }
}
