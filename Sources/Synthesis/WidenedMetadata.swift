import GGUF
import Inference

/// The metadata of `file` for a model of another shape; it says what was done.
func widenedMetadata(_ shape: WidenedShape, of file: GGUFFile, noise: Float) -> GGUFMetadata {
  let source = shape.source
  var metadata = GGUFMetadata(path: "")
  for (key, value) in file.metadata where !isOfOldFile(key) {
    metadata.set(key, padded(value, key: key, count: shape.vocabularyCount))
  }
  let architecture = source.architecture.rawValue
  var numbers: [(String, Int)] = [
    ("embedding_length", shape.embeddingLength), ("block_count", shape.layerCount),
    ("feed_forward_length", shape.feedForwardLength), ("attention.head_count", shape.headCount),
    ("attention.head_count_kv", shape.keyValueHeadCount), ("attention.key_length", source.headSize),
    ("attention.value_length", source.headSize),
  ]
  if file.metadata["\(architecture).vocab_size"] != nil {
    numbers.append(("vocab_size", shape.vocabularyCount))
  }
  for (key, value) in numbers { metadata.set("\(architecture).\(key)", .uint32(UInt32(value))) }
  let ratio = Float(source.embeddingLength) / Float(shape.embeddingLength)
  metadata.set("\(architecture).attention.layer_norm_rms_epsilon", .float32(source.normEpsilon * ratio))
  let name = if case .string(let name) = file.metadata["general.name"] { name } else { "a model" }
  let sizes = "\(shape.layerCount) layers of width \(shape.embeddingLength)"
  let noisy = noise > 0 ? ", with noise of \(noise)" : ""
  metadata.set("general.name", .string("\(name) inside \(sizes)\(noisy)"))
  metadata.set(
    "general.description",
    .string(
      """
      Made to measure cost: the weights of \(name) (\(source.layerCount) layers of width \(source.embeddingLength))\
      \(noisy), among \(sizes) of weights that cannot matter. It writes what the small model writes, at the cost of \
      the big one.
      """))
  return metadata
}

/// Whether a key is true only of the old file.
private func isOfOldFile(_ key: String) -> Bool {
  key.hasPrefix("split.") || key.hasPrefix("quantize.imatrix.") || key == "general.file_type"
    || key == "general.size_label" || key == "general.alignment"
}

/// The per-token arrays get entries for the tokens that pad the vocabulary.
private func padded(_ value: MetadataValue, key: String, count: Int) -> MetadataValue {
  guard case .array(let array) = value, array.count < count else { return value }
  return resized(value, key: key, count: count)
}
