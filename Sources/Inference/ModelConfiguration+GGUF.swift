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
    rotaryScale = try reader.rotaryScale(key)
    // Without ε a row of zeros would become NaN.
    let epsilonKey = key("attention.layer_norm_rms_epsilon")
    normEpsilon = Float(try reader.number(epsilonKey, in: 1e-20...1, default: nil))
    if try reader.count(key("expert_count"), in: 0...65536, default: 0) > 0 {
      throw reader.error(.unsupportedFeature("a mixture of experts (\(key("expert_count")))"))
    }
  }
}

/// Reads metadata with ranges; every refusal names the key and the number.
private struct MetadataReader {
  let file: GGUFFile

  func error(_ problem: ModelProblem) -> ModelError { ModelError(path: file.path, problem) }

  private func read<Value>(_ body: () throws(GGUFError) -> Value) throws(ModelError) -> Value {
    do { return try body() } catch { throw ModelError(path: error.path, .metadata(error.problem)) }
  }

  func string(_ key: String) throws(ModelError) -> String {
    guard let value = try read({ () throws(GGUFError) in try file.metadata.string(key) }) else {
      throw error(.missingKey(key))
    }
    return value
  }

  func count(_ key: String, in range: ClosedRange<Int>, default standard: Int? = nil) throws(ModelError)
    -> Int
  {
    guard let value = try read({ () throws(GGUFError) in try file.metadata.integer(key) }) ?? standard else {
      throw error(.missingKey(key))
    }
    return try checked(value, key, range)
  }

  /// A count that some files give once per layer: all layers must agree.
  func uniformCount(
    _ key: String, in range: ClosedRange<Int>, layerCount: Int, default standard: Int? = nil
  ) throws(ModelError) -> Int {
    guard case .array(let array) = file.metadata[key] else {
      return try count(key, in: range, default: standard)
    }
    guard array.count == layerCount else {
      throw error(
        .invalidValue(
          key: key, value: "an array of \(array.count)",
          expected: "one value for each of \(layerCount) layers"))
    }
    let values = try read({ () throws(GGUFError) in try file.metadata.integers(key) }) ?? []
    guard let first = values.first else { throw error(.missingKey(key)) }
    guard values.allSatisfy({ $0 == first }) else {
      throw error(.unsupportedFeature("\(key) that differs between layers"))
    }
    return try checked(first, key, range)
  }

  func checked(_ value: Int, _ key: String, _ range: ClosedRange<Int>) throws(ModelError) -> Int {
    guard range.contains(value) else {
      let expected = "\(range.lowerBound)...\(range.upperBound)"
      throw error(.invalidValue(key: key, value: "\(value)", expected: expected))
    }
    return value
  }

  func number(
    _ key: String, in range: ClosedRange<Double>, default standard: Double?
  ) throws(ModelError) -> Double {
    guard let value = try read({ () throws(GGUFError) in try file.metadata.double(key) }) ?? standard else {
      throw error(.missingKey(key))
    }
    guard range.contains(value) else {
      let expected = "\(range.lowerBound)...\(range.upperBound)"
      throw error(.invalidValue(key: key, value: "\(value)", expected: expected))
    }
    return value
  }

  /// The factor of linear rotary scaling, which is also the kind of a file that names none; other kinds are refused
  /// (Llama 3 scales by a tensor of factors instead).
  func rotaryScale(_ key: (String) -> String) throws(ModelError) -> Double {
    let typeKey = key("rope.scaling.type")
    let type = file.metadata[typeKey] == nil ? "linear" : try string(typeKey)
    // Old converters wrote `rope.scale_linear`.
    let oldFactor = try number(key("rope.scale_linear"), in: 1e-6...1e6, default: 1)
    let factor = try number(key("rope.scaling.factor"), in: 1e-6...1e6, default: oldFactor)
    switch type {
    case "none": return 1
    case "linear": return factor
    default: throw error(.unsupportedFeature("\(typeKey) '\(type)'"))
    }
  }
}
