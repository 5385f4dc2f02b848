import GGUF
import SystemPackage
import TensorTypes

extension TemporaryDirectory {
  /// Writes a valid GGUF file.
  @discardableResult
  public func writeGGUF(
    _ name: String = "model.gguf", metadata: GGUFMetadata,
    tensors: [(tensor: GGUFTensor, bytes: [UInt8])] = []
  ) throws -> FilePath {
    let path = file(name)
    let writer = try GGUFWriter(path: path, metadata: metadata, tensors: tensors.map(\.tensor))
    for (_, bytes) in tensors { try writer.append(bytes) }
    try writer.finish()
    return path
  }
}
