/// A family of models that can be run, by its name in `general.architecture`.
///
/// All are decoders with RMSNorm, rotary positions, grouped-query attention and a gated feed-forward network; what
/// follows is all they do differently.
public enum ModelArchitecture: String, CaseIterable, Sendable {
  /// Llama 1–3 (Touvron et al. 2023, Grattafiori et al. 2024), Mistral, and what is built like them.
  case llama
  /// Qwen 2 and 2.5 (Yang et al. 2024): biases on queries, keys and values.
  case qwen2
  /// Qwen 3 (Yang et al. 2025): each head of queries and keys is normalized before it is rotated.
  case qwen3

  /// Which two values of a head the rotary embedding turns together.
  enum RotaryPairing {
    /// Values 2i and 2i + 1.
    case neighbours
    /// Values i and i + `rotaryLength` / 2.
    case halves
  }

  var rotaryPairing: RotaryPairing {
    switch self {
    case .llama: .neighbours
    case .qwen2, .qwen3: .halves
    }
  }

  /// Tensors of a layer that every family has.
  private static let commonParts: Set<TensorName.LayerPart> = [
    .attentionNorm, .query, .key, .value, .attentionOutput, .feedForwardNorm, .gate, .up, .down,
  ]

  /// Tensors that each layer must have.
  var requiredParts: Set<TensorName.LayerPart> {
    switch self {
    case .llama: Self.commonParts
    case .qwen2: Self.commonParts.union([.queryBias, .keyBias, .valueBias])
    case .qwen3: Self.commonParts.union([.queryNorm, .keyNorm])
    }
  }

  /// Tensors that a layer may have.
  var optionalParts: Set<TensorName.LayerPart> {
    switch self {
    case .llama:
      [.queryBias, .keyBias, .valueBias, .attentionOutputBias, .gateBias, .upBias, .downBias]
    case .qwen2: []
    case .qwen3: [.queryBias, .keyBias, .valueBias]
    }
  }
}
