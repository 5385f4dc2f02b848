import Platform
import SystemPackage

/// A Hugging Face folder: its JSON files and its tensors, in one or many safetensors files.
final class CheckpointFolder: Sendable {
  static let singleFile = "model.safetensors"
  static let index = "model.safetensors.index.json"
  /// Weights as Python objects, which are never read.
  private static let pickledFiles = [
    "pytorch_model.bin", "pytorch_model.bin.index.json", "consolidated.00.pth",
  ]

  let path: FilePath
  /// In the order of their file names.
  let shards: [SafetensorsFile]
  /// All tensors, in the order of the files and of their data.
  let tensors: [(shard: Int, tensor: SafetensorsTensor)]

  init(path: FilePath) throws(ConversionError) {
    self.path = path
    shards = try Self.shards(path)
    var tensors: [(shard: Int, tensor: SafetensorsTensor)] = []
    var names = Set<ExactString>()
    for (index, shard) in shards.enumerated() {
      for tensor in shard.tensors {
        guard names.insert(ExactString(tensor.name)).inserted else {
          throw ConversionError(shard.path, .duplicateTensor(tensor.name))
        }
        tensors.append((index, tensor))
      }
    }
    self.tensors = tensors
  }

  func file(_ name: String) -> FilePath { path.appending(name) }

  private static func shards(_ folder: FilePath) throws(ConversionError) -> [SafetensorsFile] {
    guard let index = try JSONFields.readIfPresent(folder.appending(Self.index)) else {
      do throws(ConversionError) {
        return [try SafetensorsFile(path: folder.appending(singleFile))]
      } catch {
        if case .unreadable(.cannotOpen(_, .noSuchFileOrDirectory)) = error.problem {
          if let pickled = pickledFiles.first(where: { FolderCheck.exists(folder.appending($0)) }) {
            throw ConversionError(folder, .pickledWeights(pickled))
          }
          throw ConversionError(folder, .missingFile(lookedFor: [Self.index, singleFile]))
        }
        throw error
      }
    }
    return try shards(folder, index)
  }

  /// The files of an index, each of whose tensors must be where the index says.
  private static func shards(
    _ folder: FilePath, _ index: JSONFields
  ) throws(ConversionError) -> [SafetensorsFile] {
    var shards: [SafetensorsFile] = []
    for (name, tensors) in try ShardIndex(index).files {
      let shard = try SafetensorsFile(path: folder.appending(name))
      let there = Set(shard.tensors.map { ExactString($0.name) })
      for tensor in tensors where !there.contains(ExactString(tensor)) {
        throw index.error(.missingFromShard(tensor: tensor, shard: name))
      }
      shards.append(shard)
    }
    return shards
  }
}
