import GGUF

/// Metadata of a model of `shape` with the vocabulary of another file, padded or cut to size.
func syntheticMetadata(shape: ModelShape, tokenizer: GGUFMetadata, contextLength: Int) -> GGUFMetadata {
  var metadata = GGUFMetadata(path: "")
  let architecture = shape.architecture.rawValue
  metadata.set("general.architecture", .string(architecture))
  metadata.set("general.name", .string("synthetic (random weights)"))
  var numbers: [(String, Int)] = [
    ("context_length", contextLength), ("embedding_length", shape.embeddingLength),
    ("block_count", shape.layerCount), ("feed_forward_length", shape.feedForwardLength),
    ("attention.head_count", shape.headCount), ("attention.head_count_kv", shape.keyValueHeadCount),
  ]
  switch shape.architecture {
  case .llama: numbers += [("rope.dimension_count", shape.headSize), ("vocab_size", shape.vocabularyCount)]
  case .qwen2: break
  case .qwen3:
    numbers += [("attention.key_length", shape.headSize), ("attention.value_length", shape.headSize)]
  }
  for (key, value) in numbers { metadata.set("\(architecture).\(key)", .uint32(UInt32(value))) }
  metadata.set("\(architecture).attention.layer_norm_rms_epsilon", .float32(1e-5))
  metadata.set("\(architecture).rope.freq_base", .float32(10000))
  for (key, value) in tokenizer where key.hasPrefix("tokenizer.") {
    metadata.set(key, resized(value, key: key, count: shape.vocabularyCount))
  }
  return metadata
}

/// The per-token arrays get one entry for each token of the shape; everything else stays.
func resized(_ value: MetadataValue, key: String, count: Int) -> MetadataValue {
  switch (key, value) {
  case ("tokenizer.ggml.tokens", .array(.strings(let tokens))):
    .array(.strings(fitted(tokens, count) { "<unused_\($0)>" }))
  case ("tokenizer.ggml.scores", .array(.float32(let scores))):
    .array(.float32(fitted(scores, count) { _ in -10000 }))
  case ("tokenizer.ggml.token_type", .array(.int32(let types))):
    // 5 marks a token as unused.
    .array(.int32(fitted(types, count) { _ in 5 }))
  default: value
  }
}

private func fitted<Element>(_ values: [Element], _ count: Int, filler: (Int) -> Element) -> [Element] {
  values.count >= count ? Array(values.prefix(count)) : values + (values.count..<count).map(filler)
}
