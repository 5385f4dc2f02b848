import GGUF
import TensorTypes

/// What the choice of types needs to know of a model.
struct MixContext: Sendable {
  let target: TargetType
  let layerCount: Int
  /// Whether the model has `output.weight`; else the token embedding is used in its place.
  let hasOutput: Bool
  /// Whether llama.cpp takes the model for one of 70 billion parameters, whose attn_v is small beside the rest and
  /// gets more bits: 80 layers and, for `llama`, heads that share keys and values.
  let is70B: Bool

  /// Reads the model's shape as GGUF states it.
  init(target: TargetType, source: ConversionSource) throws(GGUFError) {
    let (metadata, architecture) = (source.metadata, source.architecture)
    let headCount = try Self.first(metadata, "\(architecture).attention.head_count")
    let keyValueHeadCount = try Self.first(metadata, "\(architecture).attention.head_count_kv") ?? headCount
    self.init(
      target: target, architecture: architecture,
      layerCount: try metadata.integer("\(architecture).block_count") ?? 0,
      hasOutput: source.tensors.contains { $0.name == "output.weight" },
      isGrouped: headCount != keyValueHeadCount)
  }

  /// - Parameter isGrouped: Whether query heads share keys and values.
  init(target: TargetType, architecture: String, layerCount: Int, hasOutput: Bool, isGrouped: Bool) {
    self.target = target
    self.layerCount = layerCount
    self.hasOutput = hasOutput
    is70B = layerCount == 80 && (architecture == "qwen2" || (architecture == "llama" && isGrouped))
  }

  /// Whether a tensor is a matrix that inputs are multiplied with, rather than looked up or added.
  func isMultiplied(_ name: String, _ shape: Shape) -> Bool {
    shape.dimensions.count == 2 && name.hasSuffix(".weight") && (name != "token_embd.weight" || !hasOutput)
  }

  /// A count, or the first of those that a file gives per layer.
  private static func first(_ metadata: GGUFMetadata, _ key: String) throws(GGUFError) -> Int? {
    if case .array = metadata[key] { return try metadata.integers(key)?.first }
    return try metadata.integer(key)
  }
}
