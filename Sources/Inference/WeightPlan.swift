import GGUF
import KernelDispatch
import TensorTypes

/// Which tensors a model needs, found in the file and checked: shape, type, and that none is left over.
struct WeightPlan {
  /// Matrices to pack, in the order of use.
  let matrices: [(tensor: TensorInfo, element: KernelElement)]
  /// Small float tensors: norms, biases and rotary factors.
  let vectors: [(tensor: TensorInfo, element: KernelElement)]
  let embedding: TensorInfo
  let embeddingElement: KernelElement
  /// `output.weight`, or the embedding when they are tied.
  let outputName: String
  let hasRotaryFactors: Bool

  init(_ file: GGUFFile, _ configuration: ModelConfiguration) throws(ModelError) {
    let finder = TensorFinder(file: file)
    let width = configuration.embeddingLength
    var matrices: [(TensorInfo, KernelElement)] = []
    var vectors: [(TensorInfo, KernelElement)] = []
    for layer in 0..<configuration.layerCount {
      for part in TensorName.LayerPart.allCases {
        let name = TensorName.layer(layer, part)
        guard configuration.needs(part, isPresent: file.tensor(named: name) != nil) else { continue }
        let (columns, rows) = configuration.shape(of: part)
        let found = try finder.find(name, shape: rows.map { [columns, $0] } ?? [columns])
        if rows == nil { vectors.append(found) } else { matrices.append(found) }
      }
    }
    vectors.append(try finder.find(TensorName.outputNorm, shape: [width]))
    let tableShape = [width, configuration.vocabularyCount]
    (embedding, embeddingElement) = try finder.find(TensorName.tokenEmbedding, shape: tableShape)
    outputName = file.tensor(named: TensorName.output) == nil ? TensorName.tokenEmbedding : TensorName.output
    matrices.append(try finder.find(outputName, shape: tableShape))
    hasRotaryFactors = file.tensor(named: TensorName.rotaryFactors) != nil
    if hasRotaryFactors {
      vectors.append(try finder.find(TensorName.rotaryFactors, shape: [configuration.rotaryLength / 2]))
    }
    self.matrices = matrices
    self.vectors = vectors
    try finder.refuseOthers(
      known: Set((matrices + vectors).map(\.0.name) + [TensorName.tokenEmbedding]))
  }
}

extension ModelConfiguration {
  /// Whether a layer's tensor is used; one that is not, and yet is there, is refused with the other unknown ones.
  fileprivate func needs(_ part: TensorName.LayerPart, isPresent: Bool) -> Bool {
    architecture.requiredParts.contains(part) || (isPresent && architecture.optionalParts.contains(part))
  }

  /// Columns (inputs) and rows (outputs) of a layer's tensor; a vector has no rows.
  fileprivate func shape(of part: TensorName.LayerPart) -> (columns: Int, rows: Int?) {
    switch part {
    case .attentionNorm, .feedForwardNorm, .attentionOutputBias, .downBias: (embeddingLength, nil)
    case .query: (embeddingLength, queryLength)
    case .queryBias: (queryLength, nil)
    case .key, .value: (embeddingLength, keyValueLength)
    case .keyBias, .valueBias: (keyValueLength, nil)
    case .queryNorm, .keyNorm: (headSize, nil)
    case .attentionOutput: (queryLength, embeddingLength)
    case .gate, .up: (embeddingLength, feedForwardLength)
    case .gateBias, .upBias: (feedForwardLength, nil)
    case .down: (feedForwardLength, embeddingLength)
    }
  }
}

private struct TensorFinder {
  let file: GGUFFile

  func find(_ name: String, shape: [Int]) throws(ModelError) -> (TensorInfo, KernelElement) {
    guard let tensor = file.tensor(named: name) else {
      throw ModelError(path: file.path, .missingTensor(name))
    }
    guard tensor.shape.dimensions == shape else {
      throw ModelError(
        path: file.path, .wrongShape(tensor: name, found: tensor.shape.dimensions, expected: shape))
    }
    guard let element = KernelElement(tensor.type) else {
      let known = KernelElement.allCases.map(\.elementType.name)
      throw ModelError(path: file.path, .unsupportedType(tensor: name, type: tensor.type.name, known: known))
    }
    return (tensor, element)
  }

  /// A tensor that nobody uses would change the result in a way that this program does not know.
  func refuseOthers(known: Set<String>) throws(ModelError) {
    // Written by old converters and computed here instead.
    let ignorable = { (name: String) in name.hasSuffix("attn_rot_embd") || name.hasSuffix("rope.inv_freq") }
    for tensor in file.tensors where !known.contains(tensor.name) && !ignorable(tensor.name) {
      throw ModelError(path: file.path, .unsupportedFeature("tensor '\(tensor.name)'"))
    }
  }
}
