import GGUF
import SystemPackage
import TensorTypes
import Tokenization

extension ConversionSource {
  /// A Hugging Face folder.
  static func checkpoint(_ path: FilePath) throws(ConversionError) -> ConversionSource {
    let config = try CheckpointConfig(.read(path.appending("config.json")))
    let folder = try CheckpointFolder(path: path)
    var notes: [String] = []
    if let window = config.slidingWindow {
      notes.append(
        "sliding_window \(window) is left out, as in llama.cpp: attention reaches over the whole context")
    }
    var tensors = try TensorMap(config).tensors(folder, notes: &notes)
    let parameterCount = tensors.reduce(0) { $0 + $1.shape.elementCount }
    if case .llama3(let scaling) = config.rotaryScaling {
      tensors.insert(factors(scaling, config), at: 0)
    }
    var metadata = GGUFMetadata(path: path)
    ModelMetadata(config: config, folder: path, parameterCount: parameterCount).write(to: &metadata)
    try CheckpointVocabulary(folder: path, config: config).write(to: &metadata, notes: &notes)
    do throws(TokenizerError) { _ = try loadTokenizer(from: metadata) } catch {
      throw ConversionError(path, .unreadableTokenizer(error))
    }
    return ConversionSource(path: path, metadata: metadata, tensors: tensors, notes: notes)
  }

  /// The tensor by which a runtime scales rotary frequencies.
  private static func factors(_ scaling: Llama3Scaling, _ config: CheckpointConfig) -> SourceTensor {
    let divisors = scaling.divisors(base: config.rotaryBase, headSize: config.headSize)
    return SourceTensor(
      name: "rope_freqs.weight", shape: Shape(divisors.count), type: .f32,
      storage: .generated(divisors.withUnsafeBytes { Array($0) }))
  }
}
