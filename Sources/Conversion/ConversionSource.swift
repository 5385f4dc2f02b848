import GGUF
import SystemPackage

/// A model to convert: its tensors under their names in GGUF, its metadata, and what stood out while reading.
public struct ConversionSource: Sendable {
  /// The folder or file.
  public let path: FilePath
  /// Metadata of the output but for what depends on the target type.
  let metadata: GGUFMetadata
  let tensors: [SourceTensor]
  /// Remarks for the user, such as tensors that were left out.
  public let notes: [String]

  /// Reads a Hugging Face folder or a GGUF file.
  /// - Throws: `ConversionError` naming the file, the field and the numbers.
  /// - Complexity: O(headers); no weight is touched.
  public init(path: FilePath) throws(ConversionError) {
    if FolderCheck.isFolder(path) {
      self = try .checkpoint(path)
    } else if path.extension == "safetensors" {
      throw ConversionError(path, .loneSafetensors)
    } else {
      self = try .gguf(path)
    }
  }

  init(path: FilePath, metadata: GGUFMetadata, tensors: [SourceTensor], notes: [String] = []) {
    self.path = path
    self.metadata = metadata
    self.tensors = tensors
    self.notes = notes
  }

  public var architecture: String {
    if case .string(let name) = metadata["general.architecture"] { name } else { "" }
  }
}
