import SystemPackage

/// The constants of a checkpoint's `config.json`, checked for range and for what can be converted.
struct CheckpointConfig {
  /// How rotary positions are scaled.
  enum RotaryScaling: Equatable {
    case none
    case linear(factor: Double)
    case llama3(Llama3Scaling)
    /// Rotations are nil where the file leaves them to their standard values.
    case yarn(factor: Double, originalContextLength: Int, fastRotations: Double?, slowRotations: Double?)
  }

  let architecture: Architecture
  let layerCount: Int
  let contextLength: Int
  let embeddingLength: Int
  let feedForwardLength: Int
  let headCount: Int
  let keyValueHeadCount: Int
  /// Whether `head_dim` is in the file.
  let statesHeadSize: Bool
  let headSize: Int
  let vocabularyCount: Int
  let rotaryBase: Double
  let rotaryScaling: RotaryScaling
  let normEpsilon: Double
  let tiesEmbeddings: Bool
  /// How many positions back attention reaches, where that is less than the context.
  let slidingWindow: Int?
  let fields: JSONFields

  init(_ fields: JSONFields) throws(ConversionError) {
    self.fields = fields
    architecture = try Self.architecture(fields)
    func count(_ key: String, in range: ClosedRange<Int> = 1...1 << 24) throws(ConversionError) -> Int {
      try fields.required(key, fields.integer(key, in: range))
    }
    layerCount = try count("num_hidden_layers", in: 1...65536)
    contextLength = try count("max_position_embeddings", in: 1...1 << 30)
    embeddingLength = try count("hidden_size")
    feedForwardLength = try count("intermediate_size")
    headCount = try count("num_attention_heads", in: 1...65536)
    keyValueHeadCount = try fields.integer("num_key_value_heads", in: 1...65536) ?? headCount
    vocabularyCount = try count("vocab_size")
    let headSize = try fields.integer("head_dim", in: 2...65536)
    statesHeadSize = headSize != nil
    self.headSize = headSize ?? embeddingLength / headCount
    normEpsilon = try fields.required("rms_norm_eps", fields.number("rms_norm_eps", in: 0...1))
    tiesEmbeddings = try fields.bool("tie_word_embeddings") ?? false
    let window = try fields.integer("sliding_window", in: 0...1 << 30) ?? contextLength
    let usesWindow = try fields.bool("use_sliding_window") ?? true
    slidingWindow = usesWindow && window < contextLength ? window : nil
    let rope = try fields.fields("rope_parameters")
    let outerBase = try fields.number("rope_theta", in: 1e-3...1e12)
    rotaryBase = try rope?.number("rope_theta", in: 1e-3...1e12) ?? outerBase ?? 10000
    let outerScaling = try fields.fields("rope_scaling")
    rotaryScaling = try Self.scaling(fields, rope ?? outerScaling)
    try check()
  }

  private func check() throws(ConversionError) {
    guard headCount.isMultiple(of: keyValueHeadCount) else {
      throw fields.error(
        .invalidField(
          "num_key_value_heads", value: "\(keyValueHeadCount)",
          expected: "a divisor of num_attention_heads \(headCount)"))
    }
    guard statesHeadSize || embeddingLength.isMultiple(of: headCount), headSize.isMultiple(of: 2),
      headSize > 0
    else {
      throw fields.error(
        .invalidField(
          "num_attention_heads", value: "\(headCount)",
          expected: "an even head size of hidden_size \(embeddingLength)"))
    }
    for key in ["num_local_experts", "num_experts"] where try fields.integer(key, in: 0...65536) ?? 0 > 1 {
      throw fields.error(.unsupportedFeature("a mixture of experts (\(key))"))
    }
    if fields.object["quantization_config"] != nil, fields.object["quantization_config"] != .null {
      throw fields.error(.unsupportedFeature("weights that are quantized already (quantization_config)"))
    }
    let share = try fields.number("partial_rotary_factor", in: 0...1)
    let innerShare = try fields.fields("rope_parameters")?.number("partial_rotary_factor", in: 0...1)
    guard share ?? innerShare ?? 1 == 1 else {
      throw fields.error(.unsupportedFeature("partial_rotary_factor other than 1"))
    }
    if let activation = try fields.string("hidden_act"), !["silu", "swish"].contains(activation) {
      throw fields.error(.unsupportedFeature("hidden_act \(activation.debugDescription)"))
    }
  }

  private static func architecture(_ fields: JSONFields) throws(ConversionError) -> Architecture {
    let names = try fields.required("architectures", fields.array("architectures"))
    guard case .string(let name)? = names.first else { throw fields.error(.missingField("architectures[0]")) }
    guard let architecture = Architecture(checkpointName: name) else {
      throw fields.error(.unsupportedArchitecture(name, known: Architecture.checkpointNames))
    }
    return architecture
  }

  private static func scaling(
    _ fields: JSONFields, _ scaling: JSONFields?
  ) throws(ConversionError) -> RotaryScaling {
    guard let scaling else { return .none }
    let olderType = try scaling.string("type")
    let type = try scaling.string("rope_type") ?? olderType ?? "default"
    func factor() throws(ConversionError) -> Double {
      try scaling.required("factor", scaling.number("factor", in: 1e-6...1e6))
    }
    let outerOriginal = try fields.integer("original_max_position_embeddings", in: 1...1 << 30)
    let original = try scaling.integer("original_max_position_embeddings", in: 1...1 << 30) ?? outerOriginal
    switch type {
    case "default", "none": return .none
    case "linear": return .linear(factor: try factor())
    case "llama3":
      let low = try scaling.number("low_freq_factor", in: 1e-6...1e6) ?? 1
      let high = try scaling.number("high_freq_factor", in: 1e-6...1e6) ?? 4
      return .llama3(
        Llama3Scaling(
          factor: try factor(), lowFactor: low, highFactor: high, originalContextLength: original ?? 8192))
    case "yarn":
      let length = try scaling.required("original_max_position_embeddings", original)
      // They have the values that follow from the factor, or would need a runtime that knows them.
      for key in ["attention_factor", "mscale", "mscale_all_dim"] where scaling.object[key] ?? .null != .null
      {
        throw scaling.error(.unsupportedFeature("rotary scaling of type \"yarn\" with \(key)"))
      }
      return .yarn(
        factor: try factor(), originalContextLength: length,
        fastRotations: try scaling.number("beta_fast", in: 1e-3...1e6),
        slowRotations: try scaling.number("beta_slow", in: 1e-3...1e6))
    default: throw scaling.error(.unsupportedFeature("rotary scaling of type \(type.debugDescription)"))
    }
  }
}
