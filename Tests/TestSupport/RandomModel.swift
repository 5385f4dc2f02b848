import GGUF
import Inference
import Quantization
import SystemPackage
import TensorTypes

/// A small model with random weights: its description, its file, and its decoded weights.
public struct RandomModel: Sendable {
  public var architecture = ModelArchitecture.llama
  public var embeddingLength = 64
  public var layerCount = 2
  public var headCount = 4
  public var keyValueHeadCount = 2
  /// Written as `attention.key_length` when it is not `embeddingLength / headCount`.
  public var headSize = 16
  public var rotaryLength = 16
  public var feedForwardLength = 96
  public var vocabularyCount = 70
  public var contextLength = 256
  public var rotaryBase: Float = 10000
  public var isTied = false
  public var hasRotaryFactors = false
  /// The matrices that have a bias, such as `attn_q`.
  public var biased: Set<String> = []
  /// Whether the heads of queries and keys are normalized.
  public var hasHeadNorms = false
  public var linearScale: Float?
  public var type = ElementType.f32
  public var seed: UInt64 = 1

  public init() {}

  /// A plain model of a family.
  public init(_ architecture: ModelArchitecture) {
    self.architecture = architecture
    switch architecture {
    case .llama: break
    case .qwen2: (biased, isTied) = (["attn_q", "attn_k", "attn_v"], true)
    case .qwen3: (hasHeadNorms, headSize, rotaryLength, isTied) = (true, 24, 24, true)
    }
  }

  public var metadata: GGUFMetadata {
    var metadata = GGUFMetadata(path: "")
    let family = architecture.rawValue
    metadata.set("general.architecture", .string(family))
    let numbers: [(String, Int)] = [
      ("context_length", contextLength), ("embedding_length", embeddingLength), ("block_count", layerCount),
      ("feed_forward_length", feedForwardLength), ("attention.head_count", headCount),
      ("attention.head_count_kv", keyValueHeadCount), ("rope.dimension_count", rotaryLength),
    ]
    for (key, value) in numbers { metadata.set("\(family).\(key)", .uint32(UInt32(value))) }
    if headSize * headCount != embeddingLength {
      metadata.set("\(family).attention.key_length", .uint32(UInt32(headSize)))
      metadata.set("\(family).attention.value_length", .uint32(UInt32(headSize)))
    }
    metadata.set("\(family).attention.layer_norm_rms_epsilon", .float32(1e-5))
    metadata.set("\(family).rope.freq_base", .float32(rotaryBase))
    if let linearScale {
      metadata.set("\(family).rope.scaling.type", .string("linear"))
      metadata.set("\(family).rope.scaling.factor", .float32(linearScale))
    }
    return metadata
  }

  /// All tensors with their bytes, and the values that the bytes stand for.
  public func tensors() -> [(tensor: GGUFTensor, bytes: [UInt8], values: [Float])] {
    var numbers = SeededGenerator(seed: seed)
    var result: [(GGUFTensor, [UInt8], [Float])] = []
    func add(_ name: String, _ dimensions: [Int], center: Float = 0, spread: Float, type: ElementType) {
      let format = BlockFormats.writableFormat(for: type)!
      let rows = dimensions.dropFirst().reduce(1, *)
      let bytes = (0..<rows).map { _ in
        format.quantize(numbers.floats(dimensions[0], spread: spread).map { $0 + center })
      }
      result.append(
        (
          GGUFTensor(name: name, dimensions: dimensions, type: type), bytes.flatMap { $0 },
          bytes.flatMap { format.dequantize($0) }
        ))
    }
    func matrix(_ name: String, _ columns: Int, _ rows: Int) {
      add(name, [columns, rows], spread: 1.2 / Float(columns).squareRoot(), type: type)
    }
    func norm(_ name: String, _ length: Int) { add(name, [length], center: 1, spread: 0.1, type: .f32) }
    add("token_embd.weight", [embeddingLength, vocabularyCount], spread: 0.5, type: type)
    for layer in 0..<layerCount {
      func layerMatrix(_ part: String, _ columns: Int, _ rows: Int) {
        matrix("blk.\(layer).\(part).weight", columns, rows)
        if biased.contains(part) { add("blk.\(layer).\(part).bias", [rows], spread: 0.5, type: .f32) }
      }
      norm("blk.\(layer).attn_norm.weight", embeddingLength)
      layerMatrix("attn_q", embeddingLength, headCount * headSize)
      layerMatrix("attn_k", embeddingLength, keyValueHeadCount * headSize)
      layerMatrix("attn_v", embeddingLength, keyValueHeadCount * headSize)
      layerMatrix("attn_output", headCount * headSize, embeddingLength)
      if hasHeadNorms {
        norm("blk.\(layer).attn_q_norm.weight", headSize)
        norm("blk.\(layer).attn_k_norm.weight", headSize)
      }
      norm("blk.\(layer).ffn_norm.weight", embeddingLength)
      layerMatrix("ffn_gate", embeddingLength, feedForwardLength)
      layerMatrix("ffn_up", embeddingLength, feedForwardLength)
      layerMatrix("ffn_down", feedForwardLength, embeddingLength)
    }
    norm("output_norm.weight", embeddingLength)
    if !isTied { matrix("output.weight", embeddingLength, vocabularyCount) }
    if hasRotaryFactors {
      add("rope_freqs.weight", [rotaryLength / 2], center: 4, spread: 0.7, type: .f32)
    }
    return result
  }

  /// Writes the model to a folder.
  @discardableResult
  public func write(to directory: TemporaryDirectory, _ name: String = "model.gguf") throws -> FilePath {
    try directory.writeGGUF(name, metadata: metadata, tensors: tensors().map { ($0.tensor, $0.bytes) })
  }
}
