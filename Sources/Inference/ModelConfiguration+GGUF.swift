import GGUF

extension ModelConfiguration {
  /// Reads and checks the constants in a file's metadata.
  public init(_ file: GGUFFile) throws(ModelError) {
    let reader = MetadataReader(file: file)
    let name = try reader.string("general.architecture")
    guard let architecture = ModelArchitecture(rawValue: name) else {
      let known = ModelArchitecture.allCases.map(\.rawValue)
      throw reader.error(.unsupportedArchitecture(name, known: known))
    }
    self.architecture = architecture
    let key = { (name: String) in "\(architecture.rawValue).\(name)" }
    guard let embedding = file.tensor(named: TensorName.tokenEmbedding) else {
      throw reader.error(.missingTensor(TensorName.tokenEmbedding))
    }
    guard embedding.shape.dimensions.count == 2 else {
      throw reader.error(.notAMatrix(tensor: embedding.name, found: embedding.shape.dimensions))
    }
    let limit = 1 << 24
    vocabularyCount = try reader.checked(
      embedding.shape.dimensions[1], "rows of \(embedding.name)", 1...limit)
    if case .array(let tokens) = file.metadata["tokenizer.ggml.tokens"], tokens.count > vocabularyCount {
      // The tokenizer would make tokens that the model cannot read.
      throw reader.error(
        .invalidValue(
          key: "tokenizer.ggml.tokens", value: "a list of \(tokens.count)",
          expected: "at most one for each of \(vocabularyCount) rows of \(embedding.name)"))
    }
    trainedContextLength = try reader.count(key("context_length"), in: 1...1 << 30)
    embeddingLength = try reader.count(key("embedding_length"), in: 1...limit)
    layerCount = try reader.count(key("block_count"), in: 1...65536)
    feedForwardLength = try reader.uniformCount(
      key("feed_forward_length"), in: 1...limit, layerCount: layerCount)
    headCount = try reader.uniformCount(key("attention.head_count"), in: 1...65536, layerCount: layerCount)
    keyValueHeadCount = try reader.uniformCount(
      key("attention.head_count_kv"), in: 1...65536, layerCount: layerCount, default: headCount)
    guard headCount.isMultiple(of: keyValueHeadCount) else {
      throw reader.error(
        .invalidValue(
          key: key("attention.head_count_kv"), value: "\(keyValueHeadCount)",
          expected: "a divisor of head_count \(headCount)"))
    }
    if try reader.number(key("attention.key_length"), in: 0...65536, default: 0) == 0,
      !embeddingLength.isMultiple(of: headCount)
    {
      throw reader.error(
        .invalidValue(
          key: key("attention.head_count"), value: "\(headCount)",
          expected: "a divisor of embedding_length \(embeddingLength)"))
    }
    headSize = try reader.count(
      key("attention.key_length"), in: 1...65536, default: embeddingLength / headCount)
    guard try reader.count(key("attention.value_length"), in: 1...65536, default: headSize) == headSize else {
      throw reader.error(.unsupportedFeature("\(key("attention.value_length")) other than key_length"))
    }
    rotaryLength = try reader.count(key("rope.dimension_count"), in: 0...headSize, default: headSize)
    guard rotaryLength.isMultiple(of: 2) else {
      throw reader.error(
        .invalidValue(key: key("rope.dimension_count"), value: "\(rotaryLength)", expected: "an even number"))
    }
    rotaryBase = try reader.number(key("rope.freq_base"), in: 1e-3...1e12, default: 10000)
    (rotaryScale, yarn) = try reader.rotaryScaling(key, contextLength: trainedContextLength)
    // Without ε a row of zeros would become NaN.
    let epsilonKey = key("attention.layer_norm_rms_epsilon")
    normEpsilon = Float(try reader.number(epsilonKey, in: 1e-20...1, default: nil))
    if try reader.count(key("expert_count"), in: 0...65536, default: 0) > 0 {
      throw reader.error(.unsupportedFeature("a mixture of experts (\(key("expert_count")))"))
    }
  }
}

extension MetadataReader {
  /// The factor by which rotations are slowed down, and how YaRN spreads it where a file asks for that.
  ///
  /// A file that names no kind of scaling means the linear one; other kinds are refused (Llama 3 scales by a tensor of
  /// factors instead).
  fileprivate func rotaryScaling(
    _ key: (String) -> String, contextLength: Int
  ) throws(ModelError) -> (scale: Double, yarn: YarnScaling?) {
    let typeKey = key("rope.scaling.type")
    let type = file.metadata[typeKey] == nil ? "linear" : try string(typeKey)
    // Old converters wrote `rope.scale_linear`.
    let oldFactor = try number(key("rope.scale_linear"), in: 1e-6...1e6, default: 1)
    let factor = try number(key("rope.scaling.factor"), in: 1e-6...1e6, default: oldFactor)
    switch type {
    case "none": return (1, nil)
    case "linear": return (factor, nil)
    case "yarn": return (factor, try yarn({ key("rope.scaling.\($0)") }, contextLength: contextLength))
    default: throw error(.unsupportedFeature("\(typeKey) '\(type)'"))
    }
  }

  private func yarn(
    _ key: (String) -> String, contextLength: Int
  ) throws(ModelError) -> YarnScaling {
    for name in ["yarn_ext_factor", "yarn_attn_factor", "attn_factor"] {
      let value = try number(key(name), in: -1e6...1e6, default: 1)
      guard value == 1 else { throw error(.unsupportedFeature("\(key(name)) \(value)")) }
    }
    _ = try number(key("factor"), in: 1...1e6, default: 1)
    return YarnScaling(
      originalContextLength: try count(
        key("original_context_length"), in: 1...1 << 30, default: contextLength),
      fastRotations: try number(key("yarn_beta_fast"), in: 1e-3...1e6, default: 32),
      slowRotations: try number(key("yarn_beta_slow"), in: 1e-3...1e6, default: 1))
  }
}
