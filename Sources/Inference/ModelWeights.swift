import GGUF
import KernelDispatch
import Platform
import TensorTypes

/// The weights of one model: read-only after loading, shared by any number of sequences and threads.
public final class ModelWeights: @unchecked Sendable {
  // Invariant: everything is written before `init` returns and never after; the views point into `vectors`, `memories`
  // and `file`.
  public let configuration: ModelConfiguration
  let layers: [LayerWeights]
  let outputNorm: WeightVector
  let output: WeightMatrix
  /// The output matrix's name in the file.
  let outputName: String
  /// What each rotary frequency is divided by; nil means 1 (Llama 3 scales its low frequencies this way).
  let rotaryFactors: [Float]?
  let kernels: KernelLibrary

  /// Where the weights were asked to be.
  public let placement: LanePlacement

  private let vectors: WeightVectors
  private let memories: [AlignedBuffer]
  private let mapped: [TensorInfo]
  private let file: GGUFFile
  private let embedding: TensorInfo
  private let embeddingElement: KernelElement

  /// Biases and norms that the model does without are nil.
  struct LayerWeights {
    let attentionNorm: WeightVector
    let query, key, value, attentionOutput: WeightMatrix
    let queryBias, keyBias, valueBias, attentionOutputBias: WeightVector?
    /// Shape `[headSize]`: every head has the same.
    let queryNorm, keyNorm: WeightVector?
    let feedForwardNorm: WeightVector
    let gate, up, down: WeightMatrix
    let gateBias, upBias, downBias: WeightVector?
  }

  /// Checks the file's tensors and repacks them for the kernels, where the file does not hold them in the x16 layout.
  /// - Parameters:
  ///   - team: Does the packing, in parallel; unless `placement` says otherwise, its memory is then near its threads.
  ///   - placement: Where the weights are asked to be. Norms and biases, a few pages, are wherever they come to lie.
  ///   - progress: Called now and then with the fraction done, 0...1.
  public init(
    _ file: GGUFFile, kernels: KernelLibrary, team: ThreadTeam, placement: LanePlacement = .anywhere,
    progress: (Double) -> Void = { _ in }
  ) throws(ModelError) {
    let configuration = try ModelConfiguration(file)
    let plan = try WeightPlan(file, configuration)
    let packer = try WeightPacker(
      file: file, plan: plan, kernels: kernels, team: team, placement: placement)
    packer.packAll(progress: progress)

    self.configuration = configuration
    self.file = file
    self.kernels = kernels
    self.placement = placement
    memories = packer.memories
    mapped = packer.mapped
    embedding = plan.embedding
    embeddingElement = plan.embeddingElement
    let vectors = WeightVectors()
    self.vectors = vectors
    layers = (0..<configuration.layerCount).map { LayerWeights(packer, vectors, layer: $0) }
    outputNorm = vectors.keep(packer.vector(TensorName.outputNorm))
    output = packer.matrix(plan.outputName)
    outputName = plan.outputName
    rotaryFactors = plan.hasRotaryFactors ? packer.vector(TensorName.rotaryFactors) : nil
  }

  /// An error about the file that the weights came from.
  func error(_ problem: ModelProblem) -> ModelError { ModelError(path: file.path, problem) }

  /// Bytes of packed weights in memory.
  public var byteCount: Int { memories.reduce(0) { $0 + $1.byteCount } }

  /// Bytes of packed weights that one decoding pass reads.
  public var bytesPerPass: Int {
    let matrices = layers.flatMap {
      [$0.query, $0.key, $0.value, $0.attentionOutput, $0.gate, $0.up, $0.down]
    }
    return (matrices + [output]).reduce(0) { $0 + $1.byteCount }
  }

  /// Where the matrices are: those in memory, one buffer for each node that holds a piece, and those in the mapped file.
  /// - Parameter name: What the model is for.
  public func bufferPlacements(_ name: String) -> [BufferPlacement] {
    var placements = memories.map { BufferPlacement(name: "\(name) weights", of: [$0]) }
    if !mapped.isEmpty {
      var census = PageCensus()
      for tensor in mapped {
        census.add(
          PageCensus(
            of: file.bytes(of: tensor), sampleCount: max(1, PageCensus.defaultSampleCount / mapped.count)))
      }
      placements.append(
        BufferPlacement(
          name: "\(name) weights, mapped", byteCount: mapped.reduce(0) { $0 + $1.byteCount },
          asked: .anywhere,
          census: census))
    }
    return placements
  }

  /// Decodes a token's row of the embedding to `configuration.embeddingLength` floats, from the file itself.
  /// - Precondition: `0 <= token < vocabularyCount`.
  func embed(_ token: TokenID, into output: UnsafeMutablePointer<Float>) {
    precondition(
      token >= 0 && Int(token) < configuration.vocabularyCount, "token \(token) is not in the vocabulary")
    let bytes = file.bytes(of: embedding)
    guard embedding.layout == .rows else {
      kernels.dequantizePacked(embeddingElement)(
        bytes.baseAddress!, Int64(configuration.embeddingLength), Int64(token), output)
      return
    }
    let rowBytes = bytes.count / configuration.vocabularyCount
    kernels.dequantize(embeddingElement)(
      bytes.baseAddress! + Int(token) * rowBytes, Int64(configuration.embeddingLength), output)
  }
}

extension ModelWeights.LayerWeights {
  fileprivate init(_ packer: WeightPacker, _ vectors: WeightVectors, layer: Int) {
    func matrix(_ part: TensorName.LayerPart) -> WeightMatrix { packer.matrix(TensorName.layer(layer, part)) }
    func vector(_ part: TensorName.LayerPart) -> WeightVector {
      vectors.keep(packer.vector(TensorName.layer(layer, part)))
    }
    func optional(_ part: TensorName.LayerPart) -> WeightVector? {
      packer.optionalVector(TensorName.layer(layer, part)).map(vectors.keep)
    }
    self.init(
      attentionNorm: vector(.attentionNorm), query: matrix(.query), key: matrix(.key), value: matrix(.value),
      attentionOutput: matrix(.attentionOutput), queryBias: optional(.queryBias), keyBias: optional(.keyBias),
      valueBias: optional(.valueBias), attentionOutputBias: optional(.attentionOutputBias),
      queryNorm: optional(.queryNorm), keyNorm: optional(.keyNorm), feedForwardNorm: vector(.feedForwardNorm),
      gate: matrix(.gate), up: matrix(.up), down: matrix(.down), gateBias: optional(.gateBias),
      upBias: optional(.upBias), downBias: optional(.downBias))
  }
}
