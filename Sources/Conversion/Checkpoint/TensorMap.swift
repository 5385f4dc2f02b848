import SystemPackage
import TensorTypes

/// Finds the place of each of a checkpoint's tensors in GGUF, and checks that all are there with the right shapes.
struct TensorMap {
  private let config: CheckpointConfig
  private let layerTensors: [String: LayerTensor]

  init(_ config: CheckpointConfig) {
    self.config = config
    layerTensors = Dictionary(
      config.architecture.layerTensors(config).map { ($0.checkpointName, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The tensors of the output, in the order of the checkpoint.
  /// - Parameter notes: Gets a line for tensors that are left out.
  func tensors(_ folder: CheckpointFolder, notes: inout [String]) throws(ConversionError) -> [SourceTensor] {
    var tensors: [SourceTensor] = []
    var names = Set<String>()
    for (shard, tensor) in folder.tensors {
      let file = folder.shards[shard]
      if Self.isDerived(tensor.name) { continue }
      if tensor.name == "lm_head.weight", config.tiesEmbeddings {
        notes.append("lm_head.weight is left out: tie_word_embeddings says that the token embedding is used")
        continue
      }
      let source = try place(tensor, in: file)
      guard names.insert(source.name).inserted else {
        throw ConversionError(file.path, .duplicateTensor(tensor.name))
      }
      tensors.append(source)
    }
    if let missing = requiredNames().first(where: { !names.contains($0.name) }) {
      throw ConversionError(folder.path, .missingTensor(missing.checkpointName))
    }
    return tensors
  }

  /// Tensors that follow from `config.json`.
  private static func isDerived(_ name: String) -> Bool {
    [".rotary_emb.inv_freq", ".attention.masked_bias", ".attention.bias"].contains { name.hasSuffix($0) }
  }

  private func place(
    _ tensor: SafetensorsTensor, in file: SafetensorsFile
  ) throws(ConversionError) -> SourceTensor {
    guard let (name, shape, isRotated) = target(tensor.name) else {
      throw ConversionError(file.path, .unknownTensor(tensor.name))
    }
    guard tensor.shape == shape, let dimensions = Shape(checking: shape.reversed()) else {
      throw ConversionError(
        file.path, .wrongShape(tensor: tensor.name, expected: shape, found: tensor.shape))
    }
    guard let type = tensor.type.elementType else {
      throw ConversionError(file.path, .unsupportedType(tensor: tensor.name, tensor.type.rawValue))
    }
    var source = SourceTensor(
      name: name, shape: dimensions, type: type, storage: .safetensors(file, tensor.range))
    if isRotated, config.architecture.permutesRotaryRows {
      source.rowOrder = .pairedHalves(headSize: config.headSize)
      // A bias is one row for GGUF, yet its elements are what moves.
      if shape.count == 1 { source = Self.permutedBias(source, headSize: config.headSize) }
    }
    return source
  }

  /// A small vector, reordered now.
  private static func permutedBias(_ source: SourceTensor, headSize: Int) -> SourceTensor {
    let order = source.rowOrder
    let size = source.type.blockByteCount
    let bytes = source.withBytes { bytes in
      (0..<source.shape.columnCount).flatMap { index -> [UInt8] in
        let start = order.source(of: index) * size
        return Array(bytes[start..<start + size])
      }
    }
    return SourceTensor(name: source.name, shape: source.shape, type: source.type, storage: .generated(bytes))
  }

  private func target(_ checkpointName: String) -> (name: String, shape: [Int], isRotated: Bool)? {
    let matrix = [config.vocabularyCount, config.embeddingLength]
    if checkpointName == "lm_head.weight" { return ("output.weight", matrix, false) }
    let name = checkpointName.hasPrefix("model.") ? String(checkpointName.dropFirst(6)) : checkpointName
    switch name {
    case "embed_tokens.weight": return ("token_embd.weight", matrix, false)
    case "norm.weight": return ("output_norm.weight", [config.embeddingLength], false)
    default: break
    }
    let fields = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3, fields[0] == "layers", let layer = Int(fields[1]),
      (0..<config.layerCount).contains(layer), String(layer) == fields[1],
      let tensor = layerTensors[String(fields[2])]
    else { return nil }
    return ("blk.\(layer).\(tensor.name)", tensor.shape, tensor.isRotated)
  }

  private func requiredNames() -> [(checkpointName: String, name: String)] {
    var names = [
      (checkpointName: "model.embed_tokens.weight", name: "token_embd.weight"),
      (checkpointName: "model.norm.weight", name: "output_norm.weight"),
    ]
    if !config.tiesEmbeddings { names.append(("lm_head.weight", "output.weight")) }
    let tensors = config.architecture.layerTensors(config).filter(\.isRequired)
    for layer in 0..<config.layerCount {
      names += tensors.map { ("model.layers.\(layer).\($0.checkpointName)", "blk.\(layer).\($0.name)") }
    }
    return names
  }
}
