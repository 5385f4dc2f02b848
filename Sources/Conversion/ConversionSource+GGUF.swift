import GGUF
import Quantization
import SystemPackage

extension ConversionSource {
  /// A GGUF file whose weights shall get other types. Metadata stays, but for what is true only of the old file.
  static func gguf(_ path: FilePath) throws(ConversionError) -> ConversionSource {
    let file: GGUFFile
    do throws(GGUFError) { file = try GGUFFile(path: path) } catch {
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
      notes: quantized == 0
        ? [] : ["\(quantized) tensors of the source are quantized already: their errors stay in the result"])
  }
}
