import GGUF
import SystemPackage

/// The constants of a checkpoint as keys of GGUF, in the order in which llama.cpp's converter writes them.
struct ModelMetadata {
  let config: CheckpointConfig
  let folder: FilePath
  let parameterCount: Int

  /// - Parameter metadata: Gets the keys.
  func write(to metadata: inout GGUFMetadata) {
    let architecture = config.architecture.rawValue
    metadata.set("general.architecture", .string(architecture))
    metadata.set("general.type", .string("model"))
    let name = ModelName(folder, parameterCount: parameterCount)
    metadata.set("general.name", .string(name.title))
    if let basename = name.basename { metadata.set("general.basename", .string(basename)) }
    metadata.set("general.size_label", .string(name.sizeLabel))
    for (key, value) in constants { metadata.set("\(architecture).\(key)", value) }
    // Their values follow from the target type; this is their place.
    metadata.set("general.file_type", .uint32(0))
    if config.architecture == .llama {
      metadata.set("\(architecture).vocab_size", count(config.vocabularyCount))
      metadata.set("\(architecture).rope.dimension_count", count(config.headSize))
    }
    for (key, value) in scaling { metadata.set("\(architecture).rope.scaling.\(key)", value) }
    metadata.set("general.quantization_version", .uint32(2))
  }

  private func count(_ number: Int) -> MetadataValue { .uint32(UInt32(clamping: number)) }

  private var constants: [(String, MetadataValue)] {
    var constants: [(String, MetadataValue)] = [
      ("block_count", count(config.layerCount)), ("context_length", count(config.contextLength)),
      ("embedding_length", count(config.embeddingLength)),
      ("feed_forward_length", count(config.feedForwardLength)),
      ("attention.head_count", count(config.headCount)),
      ("attention.head_count_kv", count(config.keyValueHeadCount)),
      ("rope.freq_base", .float32(Float(config.rotaryBase))),
      ("attention.layer_norm_rms_epsilon", .float32(Float(config.normEpsilon))),
    ]
    if config.statesHeadSize {
      constants.append(("attention.key_length", count(config.headSize)))
      constants.append(("attention.value_length", count(config.headSize)))
    }
    return constants
  }

  /// Llama 3's scaling is a tensor instead.
  private var scaling: [(String, MetadataValue)] {
    switch config.rotaryScaling {
    case .none, .llama3: []
    case .linear(let factor): [("type", .string("linear")), ("factor", .float32(Float(factor)))]
    case .yarn(let factor, let length, let fast, let slow):
      [
        ("type", .string("yarn")), ("factor", .float32(Float(factor))),
        ("original_context_length", count(length)),
      ]
        + [("yarn_beta_fast", fast), ("yarn_beta_slow", slow)].compactMap { key, value in
          value.map { (key, .float32(Float($0))) }
        }
    }
  }
}
