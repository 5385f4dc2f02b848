import GGUF
import Quantization
import SystemPackage

extension ConversionSource {
  /// A GGUF file whose weights shall get other types. Metadata stays, but for what is true only of the old file.
  static func gguf(_ path: FilePath) throws(ConversionError) -> ConversionSource {
    let file: GGUFFile
    let (architecture, layerCount, headCount, keyValueHeadCount): (String, Int, Int, Int)
    do throws(GGUFError) {
      file = try GGUFFile(path: path)
      architecture = try file.metadata.string("general.architecture") ?? ""
      layerCount = try file.metadata.integer("\(architecture).block_count") ?? 0
      headCount = try Self.uniform(file.metadata, "\(architecture).attention.head_count") ?? 0
      keyValueHeadCount =
        try Self.uniform(file.metadata, "\(architecture).attention.head_count_kv") ?? headCount
    } catch {
      throw ConversionError(error.path, .gguf(error.problem))
    }
    for tensor in file.tensors where tensor.layout != .rows || BlockFormats.format(for: tensor.type) == nil {
      throw ConversionError(path, .unsupportedType(tensor: tensor.name, tensor.typeName))
    }
    var metadata = GGUFMetadata(path: path)
    for (key, value) in file.metadata where !key.hasPrefix("split.") && !key.hasPrefix("quantize.imatrix.") {
      metadata.set(key, value)
    }
    let quantized = file.tensors.filter { $0.type.blockElementCount > 1 }.count
    return ConversionSource(
      path: path, metadata: metadata,
      tensors: file.tensors.map {
        SourceTensor(name: $0.name, shape: $0.shape, type: $0.type, storage: .gguf(file, $0))
      },
      layerCount: layerCount, isLargeGrouped: layerCount == 80 && headCount != keyValueHeadCount,
      notes: quantized == 0
        ? [] : ["\(quantized) tensors of the source are quantized already: their errors stay in the result"])
  }

  /// A count, or the first of those that a file gives per layer.
  private static func uniform(_ metadata: GGUFMetadata, _ key: String) throws(GGUFError) -> Int? {
    if case .array = metadata[key] { return try metadata.integers(key)?.first }
    return try metadata.integer(key)
  }
}
